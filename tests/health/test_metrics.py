"""/metrics: whom it answers, that it counts over processes, and that it names nobody."""

import re
import subprocess
import sys
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from haina.health.models import Pulse
from haina.jobs.models import Job
from haina.sms.models import Message
from haina.wechat.models import Call
from residents.models import Import
from tests import make
from tests.health.outage import without_database
from tests.jobs.processes import environment

TOKEN = "a-token-that-nobody-guesses"
COUNT = """
import sys, django
django.setup()
from haina.health import metrics
metrics.count("GET", "residents:list", 200, 0.02)
"""
SUM = """
import django
django.setup()
from django.utils import timezone
from haina.health import metrics
print(metrics.page(now=timezone.now()).decode())
"""


@pytest.fixture(autouse=True)
def token(settings):
    settings.METRICS_TOKEN = TOKEN


def scrape(client) -> str:
    response = client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    assert response.status_code == 200
    return response.content.decode()


def values(text: str, name: str) -> dict[tuple[str, ...], float]:
    found = re.findall(rf"^{name}(?:\{{(.*)\}})? (\S+)$", text, re.M)
    return {tuple(re.findall(r'"([^"]*)"', labels)): float(value) for labels, value in found}


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", TOKEN]
)
def test_without_the_token_there_is_nothing(client, db, header):
    headers = {} if header is None else {"authorization": header}

    assert client.get("/metrics", headers=headers).status_code == 404


def test_without_a_setting_no_token_opens_it(client, db, settings):
    settings.METRICS_TOKEN = ""

    for header in ("Bearer", "Bearer ", "Bearer None"):
        assert client.get("/metrics", headers={"authorization": header}).status_code == 404


def test_requests_are_counted_by_the_name_of_their_route(client, sign_in, creator):
    sign_in(creator).get("/fengniao/residents/?q=13800000000")
    client.get("/no/such/13800000000/")
    text = scrape(client)

    counted = values(text, "haina_request_seconds_count")
    assert counted["GET", "residents:list", "200"] >= 1
    assert counted["GET", "none", "404"] >= 1
    assert "13800000000" not in text


def test_the_processes_of_a_web_server_are_added_up(db, tmp_path):
    env = environment(PROMETHEUS_MULTIPROC_DIR=str(tmp_path))
    for _process in range(2):
        subprocess.run([sys.executable, "-c", COUNT], env=env, check=True)

    text = subprocess.check_output([sys.executable, "-c", SUM], env=env, text=True)

    assert values(text, "haina_request_seconds_count") == {("GET", "residents:list", "200"): 2}
    assert values(text, "haina_request_seconds_sum") == {("GET", "residents:list", "200"): 0.04}


def test_jobs_by_kind_and_state_and_age(client, creator):
    old = make.job(creator)
    make.job(creator)
    make.job(creator, kind="trail.export", state=Job.State.DONE)
    Job.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(minutes=10))

    text = scrape(client)

    assert values(text, "haina_jobs") == {
        ("residents.import", "waiting"): 2,
        ("trail.export", "done"): 1,
    }
    (age,) = values(text, "haina_jobs_oldest_seconds").items()
    assert age[0] == ("residents.import", "waiting")
    assert 600 <= age[1] < 660


def test_the_speed_of_imports(client, creator, community):
    now = timezone.now()
    for rows, seconds in ((900, 2), (100, 3)):
        times = {"started_at": now - timedelta(seconds=seconds), "ended_at": now}
        job = make.job(creator, state=Job.State.DONE, **times)
        make.imported(community, state=Import.State.APPLIED, counts={"rows": rows}, job=job)
    make.imported(community, state=Import.State.REFUSED, counts={"rows": 7}, job=job)

    found = values(scrape(client), "haina_import_rows_per_second")

    assert found == {("residents.import",): 200, ("staff.import",): 0}


def test_messages_and_calls_by_state(client, account, creator):
    now = timezone.now()
    wechat = make.wechat(account)
    for code, ago in ((0, 1), (0, 2), (45009, 3), (None, 4), (40001, 61)):
        at = now - timedelta(minutes=ago)
        Call.objects.create(connection=wechat, errcode=code, milliseconds=1, at=at)
    make.reminder(creator)
    make.reminder(creator, state="failed", channel="wechat")
    sms = {"account": account, "phone_hash": b"x", "phone_masked": "181*****26", "asked_at": now}
    Message.objects.create(purpose=Message.Purpose.CODE, state=Message.State.LIMIT, **sms)

    text = scrape(client)

    assert values(text, "haina_wechat_calls") == {("0",): 2, ("45009",): 1, ("None",): 1}
    assert values(text, "haina_reminders") == {("sms", "sent"): 1, ("wechat", "failed"): 1}
    assert values(text, "haina_notices") == {}
    assert values(text, "haina_sms") == {("code", "limit"): 1}


def test_how_long_ago_a_worker_was_there(client, db):
    Pulse.objects.create(queue="heavy", at=timezone.now() - timedelta(seconds=40))

    found = values(scrape(client), "haina_pulse_seconds")

    assert found.keys() == {("heavy",)}
    assert 40 <= found["heavy",] < 100


def test_nobody_is_named(client, sign_in, creator, community):
    """Everything that a row tells of a person or an account, in all that is counted."""
    canaries = ["金丝雀", "13700007788", "o-canary-openid", "canary-account", "canary-file"]
    account = make.account("canary-account", name="金丝雀物业")
    who = make.creator_of(account)
    make.resident(make.community(account, "金丝雀小区"), name="金丝雀", phone="+8613700007788")
    make.follower(account, "o-canary-openid", nickname="金丝雀")
    make.job(who, payload={"q": "金丝雀"}, message="13700007788", phase="金丝雀")
    make.imported(community, file_name="canary-file 金丝雀.xlsx")
    make.reminder(who, provider_id="13700007788", fault="金丝雀")
    sign_in(who).get("/canary-account/residents/?q=金丝雀")

    text = scrape(client)

    assert values(text, "haina_jobs")  # there is something that could have told
    assert [canary for canary in canaries if canary in text] == []


def test_it_costs_as_many_queries_for_many_rows(client, creator, django_assert_num_queries):
    scrape(client)
    make.job(creator)
    with django_assert_num_queries(QUERIES):
        scrape(client)

    for kind in ("a", "b", "c"):
        make.job(creator, kind=kind)
        make.reminder(creator, state="failed")
    with django_assert_num_queries(QUERIES):
        scrape(client)


QUERIES = 33  # each figure with a time-out, and the two ends of what goes together


def test_without_a_database_requests_are_told_all_the_same(client, db):
    client.get("/healthz")  # of the scrape itself only the next one tells

    text = without_database(lambda: scrape(client))

    assert values(text, "haina_database_up") == {(): 0}
    assert values(text, "haina_request_seconds_count")["GET", "healthz", "200"] >= 1
    assert values(scrape(client), "haina_database_up") == {(): 1}


@contextmanager
def held(table: str):
    """Locked by somebody else."""
    other = connection.copy()
    other.set_autocommit(False)
    try:
        with other.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table}")
        yield
    finally:
        other.rollback()
        other.close()


@pytest.mark.django_db(transaction=True)
def test_a_table_that_somebody_locks_takes_its_own_figures_only(client, creator):
    make.job(creator)
    with held("sms_message"):
        text = scrape(client)

    assert values(text, "haina_database_up") == {(): 1}
    assert values(text, "haina_jobs")
    assert not values(text, "haina_sms")
