import pytest
from django.utils import timezone

from followers import sync
from followers.models import Sync
from tests import make


@pytest.fixture
def connection(account, sandbox):
    """The account, connected to the sandbox."""
    own = {"app_id": sandbox.appid, "secret": sandbox.secret}
    return make.wechat(account, **own, connected_at=timezone.now())


@pytest.fixture
def synchronise(account, connection):
    """A whole pass, as a worker does it."""

    def run() -> Sync:
        sync.ask(account.pk, now=timezone.now())
        sync.work(account.pk)
        return Sync.objects.get(account=account)

    return run
