"""Heavy jobs keep nobody waiting: not the light ones, and not other accounts for more than one."""

import pytest

from haina.accounts.audit import Actor
from haina.jobs import queue
from haina.jobs.models import Job
from tests.jobs import kinds  # noqa: F401 - registers the kinds
from tests.jobs.processes import ask, redis_of_its_own, wait_until, working

State = Job.State
REDIS_DATABASE = 12


def state_of(pk):
    return Job.objects.get(pk=pk).state


@pytest.mark.django_db(transaction=True)
def test_a_light_job_is_done_while_heavy_ones_go_on(tmp_path, creator, stranger):
    redis = redis_of_its_own(REDIS_DATABASE)
    until = tmp_path / "go on"
    heavy = {"kind": "tests.hold", "heavy": True, "until": str(until)}
    with (
        working(tmp_path, redis, queues="celery"),
        working(tmp_path, redis, queues="celery,heavy"),
    ):
        first, second = (ask(creator, redis, **heavy)[0] for _ in range(2))
        assert wait_until(lambda: state_of(first) == State.RUNNING, 60)

        light = [ask(stranger, redis)[0] for _ in range(3)]

        assert wait_until(lambda: {state_of(pk) for pk in light} == {State.DONE}, 60)
        assert (state_of(first), state_of(second)) == (State.RUNNING, State.WAITING)
        until.touch()
        assert wait_until(lambda: state_of(first) == state_of(second) == State.DONE, 60)


def put(administrator, key):
    by = Actor.of(administrator)
    return queue.put("tests.count", {}, by=by, key=key, heavy=True).pk


@pytest.mark.django_db
def test_accounts_take_turns_with_heavy_jobs(creator, stranger):
    many = [put(creator, str(number)) for number in range(3)]
    one = put(stranger, "one")

    for _ in range(5):
        queue.run_heavy()

    began = Job.objects.order_by("started_at").values_list("pk", "state")
    assert list(began) == [(pk, State.DONE) for pk in (many[0], one, *many[1:])]


@pytest.mark.django_db
def test_a_heavy_job_that_somebody_took_gives_way_to_the_next(creator):
    first, second = put(creator, "1"), put(creator, "2")
    Job.objects.filter(pk=first).update(state=State.RUNNING)

    queue.run_heavy()

    assert state_of(second) == State.DONE


@pytest.mark.django_db
def test_light_jobs_are_announced_before_heavy_ones(creator):
    put(creator, "1")
    light = queue.put("tests.count", {}, by=Actor.of(creator), key="light")

    assert list(Job.objects.waiting())[0] == light
