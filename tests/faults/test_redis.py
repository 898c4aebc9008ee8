"""Redis is stopped, hangs, is full or loses all it had: nobody at the console notices, and what was
asked for meanwhile is done once, soon after it is back."""

import time
from contextlib import ExitStack

import pytest

from tests.faults.visitor import job_of
from tests.jobs.processes import wait_until

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


def test_workers_that_a_full_redis_hands_a_bell_go_on(stack, visitor):
    """They have taken it off the queue and are refused the note that says so."""
    refusal = "OutOfMemoryError"
    before = stack.logged_by_workers(refusal)
    with ExitStack() as full:
        with stack.workers_asleep():
            asked, rung = job_of(visitor.export()), stack.valkey.pushes
            assert wait_until(lambda: stack.valkey.pushes > rung, RECOVERY)  # beat does in any case
            full.enter_context(stack.valkey.full())
        assert wait_until(lambda: stack.logged_by_workers(refusal) > before, RECOVERY)

    assert stack.until_done([asked], RECOVERY)
