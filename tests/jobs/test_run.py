import time
from dataclasses import replace
from datetime import timedelta
from threading import Event

import pytest
from django.db import OperationalError, transaction
from django.utils import timezone

from haina.accounts import services
from haina.accounts.audit import Actor
from haina.accounts.models import AuditEntry
from haina.accounts.permissions import Level, Section
from haina.jobs import queue
from haina.jobs.models import Job
from tests import make
from tests.jobs import kinds
from tests.jobs.processes import wait_until
from tests.together import together

State = Job.State

# The heartbeat has a connection of its own, so the job must be committed for it to be seen.
pytestmark = pytest.mark.django_db(transaction=True)


def run(administrator, kind="tests.count", **payload) -> Job:
    job = make.job(administrator, kind, payload=payload)
    queue.run(job.pk)
    job.refresh_from_db()
    return job


def written() -> int:
    return AuditEntry.objects.filter(action=kinds.DONE).count()


def test_a_job_is_done(creator):
    job = run(creator, to=2)

    assert (job.state, job.result, job.percent) == (State.DONE, {"counted": 2}, 100)
    assert written() == 1


def test_a_job_that_is_done_is_not_done_again(creator):
    job = run(creator)

    queue.run(job.pk)

    assert written() == 1


def test_a_refusal_is_told_and_nothing_is_written(creator):
    job = run(creator, "tests.refuse")

    assert (job.state, job.message, job.result) == (State.FAILED, "第 3 行有误", {"row": 3})
    assert written() == 0


def test_a_fault_is_logged_not_told(creator, caplog):
    job = run(creator, "tests.break")

    assert job.state == State.FAILED
    assert "系统出错" in job.message
    assert "ZeroDivisionError" in caplog.text
    assert written() == 0


def test_the_heartbeat_keeps_a_short_lease(creator, tmp_path):
    until = tmp_path / "go on"
    job = make.job(creator, "tests.hold", payload={"until": str(until)})

    def work():
        queue.run(job.pk)

    def sweep():
        """When the lease that the claim took is over, and the heartbeat has taken another."""
        try:
            assert wait_until(lambda: leased_until(job), 60)
            first = leased_until(job)
            assert wait_until(lambda: leased_until(job) > first, 60)
            return Job.objects.sweep(now=first + timedelta(milliseconds=1))
        finally:
            until.touch()

    assert together(lambda act: act(), [work, sweep]) == [None, 0]

    job.refresh_from_db()
    assert (job.state, job.attempt) == (State.DONE, 1)


def leased_until(job):
    return Job.objects.get(pk=job.pk).leased_until


def test_progress_is_written_while_it_works(creator):
    job = run(creator, to=12)

    assert (job.phase, job.total) == ("数数", 12)
    assert job.done >= 3


def test_a_running_job_notices_that_it_was_cancelled(creator, monkeypatch):
    job = make.job(creator, "tests.count", payload={"to": 100})
    at = queue.Heartbeat.at

    def cancel_then_at(self, phase, done=0, total=0):
        if done == 3:
            Job.objects.cancel(job.pk, now=timezone.now())
        at(self, phase, done, total)

    monkeypatch.setattr(queue.Heartbeat, "at", cancel_then_at)
    queue.run(job.pk)

    job.refresh_from_db()
    assert job.state == State.CANCELLED
    assert job.done < 50
    assert written() == 0


def test_a_running_job_notices_that_it_was_taken_over(creator, monkeypatch):
    job = make.job(creator, "tests.count", payload={"to": 100})
    at = queue.Heartbeat.at

    def sweep_then_at(self, phase, done=0, total=0):
        if done == 3:
            Job.objects.sweep(now=timezone.now() + timedelta(minutes=5))
        at(self, phase, done, total)

    monkeypatch.setattr(queue.Heartbeat, "at", sweep_then_at)
    queue.run(job.pk)

    job.refresh_from_db()
    assert job.state == State.WAITING
    assert written() == 0


def test_a_commit_may_last_longer_than_the_lease(creator, settings):
    """Once finish() holds the row, neither heartbeat nor sweep can change it before the commit."""
    settings.JOB_LEASE_SECONDS = 1
    job = make.job(creator, "tests.count", payload={"linger": 4})

    def sweep(_):
        time.sleep(2.5)
        Job.objects.sweep(now=timezone.now())

    together(lambda act: act(job), [lambda job: queue.run(job.pk), sweep])

    job.refresh_from_db()
    assert (job.state, job.attempt) == (State.DONE, 1)
    assert written() == 1


def test_the_heartbeat_waits_for_nobody_who_holds_the_row(creator):
    job, held, over = make.job(creator, "tests.count"), Event(), Event()
    assert Job.objects.claim(job.pk, now=timezone.now())
    job.refresh_from_db()

    def hold():
        with transaction.atomic():
            Job.objects.select_for_update().get(pk=job.pk)
            held.set()
            over.wait(20)
            return over.is_set()

    def beat():
        assert held.wait(20)
        queue.Heartbeat(job).once(timezone.now())
        over.set()
        return True

    assert together(lambda act: act(), [hold, beat]) == [True, True]


def test_a_lost_database_gives_the_lease_back(creator, monkeypatch):
    def lose(job, beat):
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(queue, "kinds", dict(queue.kinds))
    queue.runs("tests.lost", label="断了")(lose)
    job = run(creator, "tests.lost")

    assert job.state == State.RUNNING
    Job.objects.sweep(now=timezone.now() + timedelta(milliseconds=1))
    job.refresh_from_db()
    assert job.state == State.WAITING


def test_rights_and_communities_are_those_of_now(account, community, operator):
    second = make.community(account, "深圳小区")
    job = make.job(operator, "tests.residents")
    operator.communities.set([second])

    queue.run(job.pk)

    job.refresh_from_db()
    assert job.result == {"communities": [second.pk]}


@pytest.mark.parametrize("level", [Level.NONE, Level.VIEW])
def test_a_right_that_was_taken_away_stops_the_job(account, operator, level):
    job = make.job(operator, "tests.residents")
    sections = {Section.RESIDENTS: level}
    by, now = Actor.command(account), timezone.now()
    services.set_rights(operator, sections=sections, fields={}, by=by, now=now)

    queue.run(job.pk)

    job.refresh_from_db()
    assert job.state == State.FAILED
    assert "权限已变更" in job.message
    assert written() == 0


def test_a_deactivated_asker_stops_the_job(account, operator):
    job = make.job(operator, "tests.count")
    services.deactivate(operator, by=Actor.command(account), now=timezone.now())

    queue.run(job.pk)

    job.refresh_from_db()
    assert job.state == State.FAILED
    assert written() == 0


def test_a_key_is_put_once(creator):
    by = Actor.of(creator)

    jobs = [queue.put("tests.count", {"n": n}, by=by, key="same") for n in range(3)]

    assert {job.pk for job in jobs} == {jobs[0].pk}
    assert Job.objects.get().payload == {"n": 0}


def test_a_key_is_ones_own(creator, operator, stranger):
    """Another administrator's key must not hand out their job."""
    askers = [creator, operator, stranger]

    jobs = [queue.put("tests.count", {}, by=Actor.of(asker), key="k") for asker in askers]
    other = queue.put("tests.refuse", {}, by=Actor.of(creator), key="k")

    assert [job.asked_by_id for job in jobs] == [asker.pk for asker in askers]
    assert len({job.pk for job in [*jobs, other]}) == 4


def test_a_job_is_announced_when_it_is_committed_and_at_each_sweep(creator, monkeypatch):
    rung = []
    monkeypatch.setattr(queue, "_doorbell", [rung.extend])

    queue.put("tests.count", {}, by=Actor.of(creator), key="k")
    queue.sweep(now=timezone.now())

    assert rung == [False, False]


def test_a_broken_doorbell_breaks_no_request(creator, monkeypatch, caplog):
    def broken(pks):
        raise ConnectionError

    monkeypatch.setattr(queue, "_doorbell", [broken])

    job = queue.put("tests.count", {}, by=Actor.of(creator), key="k")

    assert Job.objects.get(pk=job.pk).state == State.WAITING
    assert "ConnectionError" in caplog.text


def test_a_result_is_bound_to_the_rights_it_was_made_with(operator):
    job = run(operator, "tests.lower")

    assert job.state == State.DONE
    assert not job.may_be_read(job.scope, job.rights)


def test_the_trail_says_from_where_the_job_was_asked_for(creator):
    by = replace(Actor.of(creator), address="10.1.2.3", request_id="abc")
    job = queue.put("tests.count", {}, by=by, key="from-where")

    queue.run(job.pk)

    entry = AuditEntry.objects.get(action=kinds.DONE)
    assert (entry.address, entry.request_id) == ("10.1.2.3", "abc")
