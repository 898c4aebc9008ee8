from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from followers import sending
from haina.accounts.permissions import Level, Section
from tests import make

PHONE = "+8613800138000"


@pytest.fixture(autouse=True)
def by_day(request):
    """It is ten in the morning, wherever the clock of the machine stands."""
    at = timezone.localtime().replace(hour=10, minute=0, second=0, microsecond=0)
    with time_machine.travel(at, tick=True):
        yield


@pytest.fixture
def connection(account, sandbox):
    """The account, connected to the sandbox, with its template for reminders."""
    own = {"app_id": sandbox.appid, "secret": sandbox.secret}
    connection = make.wechat(account, **own, connected_at=timezone.now())
    make.review_template(connection)
    return connection


@pytest.fixture
def reviewer(operator):
    """小何, who has switched reminders on and has a phone."""
    operator.user.phone = PHONE
    operator.user.save()
    make.switched_on(operator)
    return operator


@pytest.fixture
def phone_of_wechat(account, connection, sandbox):
    """A follower in the sandbox."""
    return make.follower(account, sandbox.openids()[0])


@pytest.fixture
def bound(reviewer, phone_of_wechat):
    """小何, known in WeChat."""
    make.colleague(reviewer, phone_of_wechat)
    return reviewer


@pytest.fixture
def apply(community):
    """Somebody applies and has to be reviewed."""

    def one(address: str = "A 1 101", place=None, **claimed):
        place = place or community
        return make.application(place, make.follower(place.account), address, **claimed)

    return one


@pytest.fixture
def send(account):
    """What a worker does with all that is due then."""

    def run(late: timedelta | None = None) -> None:
        with time_machine.travel(timezone.now() + (late or timedelta()), tick=True):
            sending.work(account.pk)

    return run


@pytest.fixture
def told(sandbox, phone_of_wechat):
    """How many template messages and SMS 小何 has."""

    def number() -> tuple[int, int]:
        sms = sandbox.see("sms", phone=PHONE)["messages"]
        return len(sandbox.inbox(phone_of_wechat.openid)), len(sms)

    return number


@pytest.fixture
def url(account):
    def address_of(name: str, *args, **query) -> str:
        return reverse(f"reminders:{name}", args=[account.slug, *args], query=query or None)

    return address_of


@pytest.fixture
def keeper(account):
    """Manages the reminders and nothing else."""
    return make.operator(account, "小周", sections={Section.REMINDERS: Level.MANAGE})
