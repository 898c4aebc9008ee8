"""Heavy jobs keep no light one waiting, and no account another for more than one of its jobs."""

import pytest

from haina.accounts.audit import Actor
from haina.jobs import queue
from haina.jobs.models import Job
from tests.jobs import kinds  # noqa: F401 - registers the kinds
from tests.jobs.processes import ask, emptied_redis, wait_until, worker, working
from tests.together import together

State = Job.State


def state_of(pk):
    return Job.objects.get(pk=pk).state


@pytest.mark.django_db(transaction=True)
def test_a_light_job_is_done_while_heavy_ones_go_on(tmp_path, creator, stranger):
    redis = emptied_redis()
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


def put(administrator, key, *, heavy):
    by = Actor.of(administrator)
    return queue.put("tests.count", {}, by=by, key=key, heavy=heavy).pk


def begun() -> list[int]:
    began = Job.objects.filter(state=State.DONE).order_by("started_at")
    return list(began.values_list("pk", flat=True))


@pytest.mark.django_db
@pytest.mark.parametrize("heavy", [False, True])
def test_accounts_take_turns(creator, stranger, heavy):
    many = [put(creator, str(number), heavy=heavy) for number in range(50)]
    one = put(stranger, "one", heavy=heavy)

    for _ in range(4):
        queue.run_next(heavy=heavy)

    assert begun() == [many[0], one, *many[1:3]]


@pytest.mark.django_db
def test_turns_of_light_and_heavy_jobs_are_apart(creator, stranger):
    first, second = put(creator, "1", heavy=False), put(creator, "2", heavy=True)
    put(stranger, "3", heavy=True)

    queue.run_next(heavy=False)
    queue.run_next(heavy=True)

    assert begun() == [first, second]


@pytest.mark.django_db
def test_a_job_that_somebody_took_gives_way_to_the_next(creator):
    first, second = put(creator, "1", heavy=True), put(creator, "2", heavy=True)
    Job.objects.filter(pk=first).update(state=State.RUNNING)

    queue.run_next(heavy=True)

    assert state_of(second) == State.DONE


@pytest.mark.django_db(transaction=True)
def test_workers_that_are_free_at_once_serve_different_accounts(creator, stranger):
    for number in range(10):
        put(creator, f"many {number}", heavy=False)
    one = put(stranger, "one", heavy=False)

    together(lambda _: queue.run_next(heavy=False), range(2))

    assert len(begun()) == 2
    assert state_of(one) == State.DONE


@pytest.mark.django_db(transaction=True)
def test_a_worker_turns_to_another_account_after_one_of_fifty_jobs(tmp_path, creator, stranger):
    many = [put(creator, str(number), heavy=False) for number in range(50)]
    one = put(stranger, "one", heavy=False)

    with worker(tmp_path, emptied_redis()):
        assert wait_until(lambda: len(begun()) >= 3, 60)

    assert begun()[:3] == [many[0], one, many[1]]
