import pytest
from django.utils import timezone

from haina.wechat.models import Corp

CORP_ID, AGENT = "ww0000000000000001", 1000001
CONTACTS_SECRET = "sandbox-contacts-secret-000000000000000001"
APP_SECRET = "sandbox-app-secret-000000000000000000000001"


def connected(account, **fields) -> Corp:
    """A corp of the sandbox, connected by 自建应用."""
    known = {
        "corp_id": CORP_ID,
        "way": Corp.Way.APP,
        "contacts_secret": CONTACTS_SECRET,
        "app_secret": APP_SECRET,
        "agent_id": AGENT,
        "connected_at": timezone.now(),
    }
    return Corp.entered.create(account=account, **known | fields)


@pytest.fixture
def corp(account, sandbox) -> Corp:
    return connected(account)
