import pytest
from django.utils import timezone

from haina.accounts.audit import Actor
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
