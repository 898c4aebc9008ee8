import pytest

from tests.faults.stack import running
from tests.faults.visitor import Visitor


@pytest.fixture(scope="session")
def stack():
    with running(JOB_LEASE_SECONDS="2") as started:
        yield started


@pytest.fixture
def visitor(stack):
    somebody = Visitor(stack.address)
    assert somebody.sign_in().status_code == 302
    return somebody


@pytest.fixture
def all_is_well(stack):
    """Whatever a test has done, every process is there afterwards, and none was started anew."""
    before = {daemon.name: daemon.process.pid for daemon in stack.product.daemons}
    yield
    assert [daemon.failure() for daemon in stack.product.daemons if not daemon.running] == []
    assert before == {daemon.name: daemon.process.pid for daemon in stack.product.daemons}
