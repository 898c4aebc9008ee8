import pytest

from tests.sandbox.process import Api


@pytest.fixture
def api(sandbox):
    return Api(sandbox)
