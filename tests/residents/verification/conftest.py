from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from followers import sending
from haina.accounts.audit import Actor
from residents.verification import decisions
from tests import make


@pytest.fixture
def follower(account):
    return make.follower(account)


@pytest.fixture
def stranger(account):
    """Another follower of the same account."""
    return make.follower(account)


@pytest.fixture
def by(account):
    return Actor("小何", account_id=account.pk)


@pytest.fixture
def act(by):
    """What every decision is told."""
    return {"way": "console", "by": by, "now": timezone.now()}


@pytest.fixture
def zhang(community):
    """On file: 张三, owner of A 1 101."""
    return make.resident(community, "A 1 101", name="张三", phone="+8618913112121")


@pytest.fixture
def as_zhang():
    return {"name": "张三", "phone": "+8618913112121", "identity": "owner"}


@pytest.fixture
def connection(account, sandbox):
    """The account, connected to the sandbox, with its template for decisions."""
    connection = make.wechat(
        account, app_id=sandbox.appid, secret=sandbox.secret, connected_at=timezone.now()
    )
    make.decision_template(connection)
    return connection


@pytest.fixture
def applicant(account, connection, sandbox):
    """Somebody who follows the account in the sandbox."""
    return make.follower(account, sandbox.openids()[0])


@pytest.fixture
def decided(applicant, community, act):
    """An application that was just rejected; the applicant is not told yet."""
    application = make.application(community, applicant, phone="+8613800138000")
    decisions.reject(application, reason="姓名与登记不符", **act)
    application.refresh_from_db()
    return application


@pytest.fixture
def send(account):
    """What a worker does with all that is due now or, with `late`, in a day."""

    def run(late: timedelta | None = None) -> None:
        with time_machine.travel(timezone.now() + (late or timedelta()), tick=True):
            sending.work(account.pk)

    return run
