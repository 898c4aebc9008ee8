import pytest

from haina.sms.models import Gateway
from tests import make


@pytest.fixture
def gateway(account) -> Gateway:
    return make.sms(account)
