"""Redis is stopped, hangs, is full or loses all it had: nobody at the console notices, and what was
asked for meanwhile is done once, soon after it is back."""

import time

import pytest

from tests.faults.visitor import job_of

RECOVERY = 30  # seconds
QUICK = 5  # seconds for an answer: one, and what a busy machine takes

pytestmark = pytest.mark.usefixtures("all_is_well")


def stopped(stack):
    return stack.valkey.stopped()


def hung(stack):
    return stack.valkey.hung()


def full(stack):
    return stack.valkey.full()


@pytest.mark.parametrize("fault", [stopped, hung, full])
def test_without_redis_requests_are_answered_and_jobs_wait(stack, visitor, fault):
    with fault(stack):
        began = time.monotonic()
        asked = [job_of(visitor.export()) for _each in range(4)]
        assert visitor.get().status_code == 200
        assert time.monotonic() - began < QUICK
        assert stack.states(asked) == ["waiting"] * 4

    assert stack.until_done(asked, RECOVERY)


def test_a_redis_that_lost_everything_is_used_on(stack, visitor):
    stack.valkey.flush()

    asked = job_of(visitor.export())

    assert stack.until_done([asked], RECOVERY)


def test_beat_goes_on_with_a_redis_that_lost_everything(stack, visitor):
    """Nobody rings for a job that is put while Redis is full, so beat's own sweep has to find it,
    over a connection that was there before the loss."""
    with stack.valkey.full():
        asked = job_of(visitor.export())
    stack.valkey.flush()

    assert stack.until_done([asked], RECOVERY)
