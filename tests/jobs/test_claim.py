from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from haina.accounts import audit
from haina.accounts.models import AuditEntry
from haina.jobs import queue
from haina.jobs.models import Job, JobCancelled, LeaseLost
from tests import make
from tests.jobs.kinds import DONE
from tests.together import together

State = Job.State


@pytest.fixture
def job(creator):
    return make.job(creator, "tests.count")


def claimed(job) -> Job:
    assert Job.objects.claim(job.pk, now=timezone.now())
    return Job.objects.get(pk=job.pk)


@transaction.atomic
def work(job, result) -> None:
    audit.record(DONE, [job], by=job.actor, at=timezone.now())
    job.finish(result, now=timezone.now())


def state_of(job) -> str:
    return Job.objects.get(pk=job.pk).state


def over(job):
    """A moment when the lease of the job is over."""
    return Job.objects.get(pk=job.pk).leased_until + timedelta(seconds=1)


@pytest.mark.django_db(transaction=True)
def test_one_of_eight_workers_gets_the_job(job):
    now = timezone.now()

    answers = together(lambda _: Job.objects.claim(job.pk, now=now), range(8))

    assert sorted(answers) == [False] * 7 + [True]
    assert Job.objects.get(pk=job.pk).attempt == 1


@pytest.mark.django_db(transaction=True)
def test_eight_workers_do_it_once(job):
    together(lambda _: queue.run(job.pk), range(8))

    assert state_of(job) == State.DONE
    assert AuditEntry.objects.filter(action=DONE).count() == 1


@pytest.mark.parametrize("state", [State.RUNNING, State.DONE, State.FAILED, State.CANCELLED])
def test_only_waiting_jobs_are_claimed(job, state):
    Job.objects.filter(pk=job.pk).update(state=state)

    assert not Job.objects.claim(job.pk, now=timezone.now())


def test_a_lease_that_is_over_brings_the_job_back(job):
    claimed(job)

    Job.objects.sweep(now=over(job))

    assert state_of(job) == State.WAITING
    assert claimed(job).attempt == 2


def test_a_lease_that_lasts_is_left_alone(job):
    claimed(job)

    assert Job.objects.sweep(now=timezone.now()) == 0
    assert state_of(job) == State.RUNNING


def test_after_too_many_attempts_it_is_given_up(job, settings):
    for _ in range(settings.JOB_ATTEMPTS):
        claimed(job)
        Job.objects.sweep(now=over(job))

    job.refresh_from_db()
    assert job.state == State.FAILED
    assert "未写入任何数据" in job.message
    assert job.ended_at


def test_a_cancelled_job_of_a_dead_worker_ends(job):
    claimed(job)
    Job.objects.cancel(job.pk, now=timezone.now())

    Job.objects.sweep(now=over(job))

    assert state_of(job) == State.CANCELLED


def test_who_lost_the_lease_writes_nothing(job):
    first = claimed(job)
    Job.objects.sweep(now=over(job))
    second = claimed(job)

    with pytest.raises(LeaseLost):
        work(first, {"by": "first"})
    second.finish({"by": "second"}, now=timezone.now())

    job.refresh_from_db()
    assert job.result == {"by": "second"}
    assert not AuditEntry.objects.filter(action=DONE).exists()


def test_who_lost_the_lease_does_not_end_the_job(job):
    first = claimed(job)
    Job.objects.sweep(now=over(job))
    claimed(job)

    first.end(State.FAILED, now=timezone.now(), message="late")

    assert state_of(job) == State.RUNNING


def test_the_result_stands_or_falls_with_the_work(job):
    held = claimed(job)

    with suppress(ZeroDivisionError), transaction.atomic():
        held.finish({"done": 1}, now=timezone.now())
        raise ZeroDivisionError

    assert state_of(job) == State.RUNNING


def test_a_waiting_job_is_cancelled_at_once(job):
    assert Job.objects.cancel(job.pk, now=timezone.now())

    assert state_of(job) == State.CANCELLED
    assert not Job.objects.claim(job.pk, now=timezone.now())


def test_a_running_job_is_cancelled_before_it_commits(job):
    held = claimed(job)

    assert Job.objects.cancel(job.pk, now=timezone.now())
    with pytest.raises(JobCancelled):
        work(held, {})

    assert not AuditEntry.objects.filter(action=DONE).exists()


def test_what_is_over_is_not_cancelled(job):
    claimed(job).finish({}, now=timezone.now())

    assert not Job.objects.cancel(job.pk, now=timezone.now())
    assert state_of(job) == State.DONE


@pytest.mark.django_db(transaction=True)
def test_cancel_and_finish_at_once_agree(creator):
    for _ in range(10):
        held = claimed(make.job(creator, "tests.count"))

        def finish(held=held):
            try:
                held.finish({}, now=timezone.now())
            except JobCancelled:
                return False
            return True

        def cancel(held=held):
            return Job.objects.cancel(held.pk, now=timezone.now())

        finished, cancelled = together(lambda act: act(), [finish, cancel])

        assert finished != cancelled
