import pytest

from haina.sandbox.wecom import seeds
from tests.sandbox.wecom.api import Corp


@pytest.fixture
def sync(sandbox):
    """A client with the secret of 通讯录同步."""
    return Corp(sandbox, seeds.SYNC_SECRET)


@pytest.fixture
def app(sandbox):
    """A client with the secret of the self-built app."""
    return Corp(sandbox, seeds.APP_SECRET)
