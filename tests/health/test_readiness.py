"""What /healthz and /readyz say, and when."""

from datetime import timedelta

import pytest
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from followers.models import Sync
from haina.health.models import Pulse
from haina.health.tasks import feel_pulse
from haina.jobs.models import Job
from tests import make
from tests.health.outage import without_database
from tests.jobs.processes import emptied_redis, free_port, mute, wait_until, worker

CHECKS = ("database", "broker", "migrations", "light_worker", "heavy_worker")
ALL_WELL = dict.fromkeys(CHECKS, "ok")


@pytest.fixture
def working(db):
    """Workers of both queues have just given a sign of life."""
    for queue in Pulse.Queue:
        feel_pulse(queue)


def told(client, status: int) -> dict[str, str]:
    response = client.get("/readyz")
    assert response.status_code == status
    return response.json()


def failed(*names: str) -> dict[str, str]:
    return ALL_WELL | dict.fromkeys(names, "failed")


def test_with_everything_there_it_is_ready(client, working):
    assert told(client, 200) == ALL_WELL


def test_the_process_answers_whatever_else_is_down(client):
    """No database is open to this test."""
    assert client.get("/healthz").content == b"ok\n"


def test_without_a_sign_of_life_a_worker_has_failed(client, db):
    assert told(client, 503) == failed("light_worker", "heavy_worker")


def test_a_sign_of_life_is_of_one_queue(client, db):
    feel_pulse(Pulse.Queue.LIGHT)

    assert told(client, 503) == failed("heavy_worker")


def test_a_sign_of_life_grows_old(client, working):
    Pulse.objects.filter(queue=Pulse.Queue.LIGHT).update(at=timezone.now() - Pulse.FRESH)

    assert told(client, 503) == failed("light_worker")


def test_a_worker_in_the_middle_of_a_long_job_is_there(client, creator):
    later = timezone.now() + timedelta(seconds=20)
    job = make.job(creator, state=Job.State.RUNNING, heavy=True, leased_until=later)
    assert told(client, 503) == failed("light_worker")

    Job.objects.filter(pk=job.pk).update(leased_until=timezone.now())
    assert told(client, 503) == failed("light_worker", "heavy_worker")


def test_a_worker_in_the_middle_of_a_synchronisation_is_there(client, account):
    now = timezone.now()
    sync = Sync.objects.create(account=account, began_at=now, leased_until=now + Pulse.FRESH)
    assert told(client, 503) == failed("light_worker")

    Sync.objects.filter(pk=sync.pk).update(fault=45009)  # it waits, and nobody works on it
    assert told(client, 503) == failed("light_worker", "heavy_worker")


def test_a_migration_that_was_not_applied_fails(client, working):
    MigrationRecorder.Migration.objects.filter(app="health").delete()

    assert told(client, 503) == failed("migrations", "light_worker", "heavy_worker")


def test_a_broker_that_is_gone_fails(client, working, settings):
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"

    assert told(client, 503) == failed("broker")


def test_a_broker_that_never_answers_is_not_waited_for(client, working, settings):
    port = free_port()
    settings.REDIS_URL = f"redis://127.0.0.1:{port}/0"

    with mute(port):
        assert told(client, 503) == failed("broker")


def test_without_a_database_everything_in_it_fails(client, db):
    answer = without_database(lambda: told(client, 503))

    assert answer == dict.fromkeys(CHECKS, "failed") | {"broker": "ok"}


def test_a_database_that_never_answers_is_not_waited_for(client, db):
    port = free_port()
    with mute(port):
        answer = without_database(lambda: told(client, 503), port=port)

    assert answer["database"] == "failed"


def test_it_does_not_tell_where_anything_is(client, working, settings):
    settings.REDIS_URL = "redis://:canary@127.0.0.1:1/0"

    assert client.get("/readyz").json() == failed("broker")


def test_load_balancers_ask_without_https(client, working, settings):
    settings.SECURE_SSL_REDIRECT = True

    assert client.get("/readyz").status_code == client.get("/healthz").status_code == 200
    assert client.get("/sign-in/").status_code == 301


@pytest.mark.django_db(transaction=True)
def test_beat_and_a_real_worker_make_it_ready(client, tmp_path):
    redis = emptied_redis()
    Pulse.objects.all().delete()

    with worker(tmp_path, redis):
        assert wait_until(lambda: client.get("/readyz").status_code == 200, 60)
