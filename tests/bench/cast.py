"""One account with one community, and its creator's browser."""

from django.test import Client

from communities.models import Community
from haina.accounts.models import Administrator
from tests import make
from tests.bench.people import COMMUNITY, LEVELS

SLUG = "bench"


def community() -> Community:
    found = Community.objects.filter(account__slug=SLUG).order_by("pk").first()
    return found or make.community(make.account(SLUG), COMMUNITY, levels=LEVELS)


def creator() -> Administrator:
    return make.creator_of(community().account)


def browser() -> Client:
    client = Client(SERVER_NAME="localhost", raise_request_exception=True)
    client.force_login(creator().user)
    return client
