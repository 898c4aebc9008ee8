import pytest

from haina.wechat.models import Connection


@pytest.fixture
def connection(account, sandbox, settings):
    """The account, connected to the sandbox."""
    settings.WECHAT_API_BASE = sandbox.url
    now = "2026-11-22T08:00:00+08:00"
    return Connection.objects.create(
        account=account, app_id=sandbox.appid, secret=sandbox.secret, connected_at=now
    )
