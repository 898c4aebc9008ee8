"""With real workers, a real Redis, and kill -9."""

import os
import signal
import time

import pytest

from haina.accounts.models import AuditEntry
from haina.jobs.models import Job
from tests.jobs.kinds import DONE
from tests.jobs.processes import (
    ask,
    emptied_redis,
    free_port,
    mute,
    valkey,
    wait_until,
    worker,
)

State = Job.State

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 15  # seconds: two, and what a busy machine takes; who waits for Redis waits for ever


@pytest.fixture
def redis():
    return emptied_redis()


def is_in(pk, *states):
    return lambda: Job.objects.get(pk=pk).state in states


def is_half_done(pk):
    return lambda: Job.objects.get(pk=pk).done >= 5


def assert_done_once(pk, *, attempts: int, seconds: float) -> None:
    assert wait_until(is_in(pk, *Job.OVER), seconds), Job.objects.get(pk=pk).state
    job = Job.objects.get(pk=pk)
    assert (job.state, job.attempt) == (State.DONE, attempts)
    assert AuditEntry.objects.filter(action=DONE, ids=[pk]).count() == 1


def test_a_job_runs(tmp_path, creator, redis):
    with worker(tmp_path, redis):
        pk, _seconds = ask(creator, redis, to=1)

        assert_done_once(pk, attempts=1, seconds=30)


def test_a_killed_machine_ends_in_one_result(tmp_path, creator, redis):
    """Worker, beat and their children die in the middle; others take over."""
    with worker(tmp_path, redis):
        pk, _seconds = ask(creator, redis, to=30)
        assert wait_until(is_half_done(pk), 30)
    assert Job.objects.get(pk=pk).state == State.RUNNING

    with worker(tmp_path, redis):
        began = time.monotonic()
        assert_done_once(pk, attempts=2, seconds=60)
        assert time.monotonic() - began < 60


def test_a_killed_child_ends_in_one_result(tmp_path, creator, redis):
    """Celery acknowledges the message of a child that was killed; the row brings the job back."""
    with worker(tmp_path, redis) as started:
        pk, _seconds = ask(creator, redis, to=30)
        assert wait_until(is_half_done(pk), 30)

        for child in started.children():
            os.kill(child, signal.SIGKILL)

        assert_done_once(pk, attempts=2, seconds=60)


def test_a_job_that_kills_every_worker_is_given_up(tmp_path, creator, redis):
    pk, _seconds = ask(creator, redis, to=30)
    Job.objects.filter(pk=pk).update(attempt=4)
    with worker(tmp_path, redis) as started:
        assert wait_until(is_half_done(pk), 30)
        for child in started.children():
            os.kill(child, signal.SIGKILL)

        assert wait_until(is_in(pk, State.FAILED), 60)
        assert not AuditEntry.objects.filter(action=DONE).exists()


def test_without_redis_a_job_is_accepted_and_runs_when_it_is_back(tmp_path, creator):
    port = free_port()
    redis = f"redis://127.0.0.1:{port}/0"
    with worker(tmp_path, redis):
        with valkey(tmp_path, port):
            first, _seconds = ask(creator, redis)
            assert_done_once(first, attempts=1, seconds=40)

        second, seconds = ask(creator, redis)
        assert seconds < AT_ONCE
        assert Job.objects.get(pk=second).state == State.WAITING

        with valkey(tmp_path, port):
            assert_done_once(second, attempts=1, seconds=60)


def test_a_redis_that_never_answers_is_not_waited_for(creator):
    port = free_port()
    with mute(port):
        pk, seconds = ask(creator, f"redis://127.0.0.1:{port}/0")

    assert seconds < AT_ONCE
    assert Job.objects.get(pk=pk).state == State.WAITING
