"""With real processes: a web server under a storm of repetitions while nobody works and Redis is
away, and kill -9 in the middle of the work. One effect each."""

import http.client
import random
import signal
import statistics
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.utils import timezone

from haina.accounts.models import AuditEntry
from haina.wechat import inbox
from haina.wechat.models import Callback
from tests import make
from tests.jobs.processes import (
    ROOT,
    Forked,
    Started,
    answers,
    environment,
    free_port,
    valkey,
    wait_until,
)
from tests.processes import ended
from tests.wechat.effects import EFFECT, KINDS, UNKNOWN
from tests.wechat.posting import AES_KEY, TOKEN, event, parcel

COPIES, AT_ONCE = 4, 8

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def connection(account):
    return make.wechat(account, token=TOKEN, aes_key=AES_KEY)


@pytest.fixture
def web(tmp_path, settings):
    """Two web processes whose Redis is not there; the port of it and of them."""
    port, redis = free_port(), free_port()
    (tmp_path / "static").mkdir(exist_ok=True)
    options = ["--bind", f"127.0.0.1:{port}", "--workers=2", "--threads=4", "--preload"]
    server = Started(
        [sys.executable, "-m", "gunicorn", "haina.wsgi", *options, "--no-control-socket"],
        tmp_path,
        "web",
        REDIS_URL=f"redis://127.0.0.1:{redis}/0",
    )
    assert wait_until(lambda: answers(port), 60)
    yield port, redis
    server.kill()


def messages(number: int) -> list[dict]:
    """Of as many people as there are kinds, each of which does everything in turn."""
    at, kinds = int(time.time()) - number, [*KINDS, *UNKNOWN]
    return [
        event(kinds[each % len(kinds)], openid=f"o{each // len(kinds)}", at=at + each)
        for each in range(number)
    ]


def post_all(port: int, parcels) -> list[tuple[int, bytes, float]]:
    """One caller's, over a connection that stays."""
    caller, told = http.client.HTTPConnection("127.0.0.1", port, timeout=30), []
    for url, body in parcels:
        began = time.monotonic()
        caller.request("POST", url, body, {"Content-Type": "text/xml"})
        response = caller.getresponse()
        told.append((response.status, response.read(), time.monotonic() - began))
    caller.close()
    return told


def storm(port: int, parcels: list) -> list[tuple[int, bytes, float]]:
    shares = [parcels[each::AT_ONCE] for each in range(AT_ONCE)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [told for share in pool.map(lambda s: post_all(port, s), shares) for told in share]


def all_over() -> bool:
    return not Callback.objects.filter(state=Callback.State.WAITING).exists()


def test_a_storm_has_one_effect_each(request, tmp_path, connection, web):
    port, redis = web
    posts = request.config.getoption("callbacks")
    sent = messages(posts // COPIES)
    parcels = [parcel(connection, message) for message in sent] * COPIES
    random.shuffle(parcels)

    told = storm(port, parcels)

    assert Counter((status, body) for status, body, _ in told) == {(200, b"success"): len(parcels)}
    assert Callback.objects.filter(state="waiting", attempt=0).count() == len(sent)
    report([seconds for *_, seconds in told])

    address = f"redis://127.0.0.1:{redis}/0"
    work = ["worker", "-I", "tests.wechat.effects", "--concurrency=2", "--without-mingle"]
    beat = ["beat", "--schedule", str(tmp_path / "beat"), "--pidfile="]
    with valkey(tmp_path, redis):
        started = [
            Forked(work, tmp_path, "worker", REDIS_URL=address),
            Forked(beat, tmp_path, "beat", REDIS_URL=address),
        ]
        try:
            assert wait_until(all_over, 120)
        finally:
            for each in started:
                each.kill()
    assert_one_effect_each(len(sent))


def report(seconds: list[float]) -> None:
    """A figure to look at: how fast is a matter of the machine, and no test's."""
    p50, p99 = (1000 * statistics.quantiles(seconds, n=100)[at] for at in (49, 98))
    print(f"\n{len(seconds)} callbacks: median {p50:.0f} ms, p99 {p99:.0f} ms, ", end="")  # noqa: T201
    print(f"longest {1000 * max(seconds):.0f} ms")  # noqa: T201


def assert_one_effect_each(number: int) -> None:
    states = Counter(Callback.objects.values_list("state", "attempt"))
    known = Callback.objects.filter(state="done").values_list("pk", flat=True)
    effects = AuditEntry.objects.filter(action=EFFECT).values_list("ids", flat=True)
    assert Counter(pk for (pk,) in effects) == dict.fromkeys(known, 1)
    assert states.total() == number
    assert set(states) <= {("done", 1), ("unknown", 1)}


@pytest.mark.parametrize("point", ["callback.claimed", "callback.handled", "callback.done"])
def test_a_worker_that_is_killed_leaves_one_effect(connection, point):
    for message in messages(3):
        of = {name: str(value) for name, value in message.items()}
        inbox.receive(connection, of, now=timezone.now())

    assert ended("tests.wechat.effects.work", HAINA_KILL_AT=point) == -signal.SIGKILL
    Callback.objects.filter(state="waiting").update(due_at=timezone.now() - timedelta(seconds=1))
    assert ended("tests.wechat.effects.work") == 0

    assert set(Callback.objects.values_list("state", flat=True)) == {"done"}
    assert AuditEntry.objects.filter(action=EFFECT).count() == 3


def test_a_web_process_that_is_killed_has_kept_what_it_took(client, connection):
    """WeChat gets no answer, posts again, and that is the same message."""
    url, body = parcel(connection, event(KINDS[0]))
    post = f"""
import django
django.setup()
from django.test import Client
Client().post({url!r}, {body!r}, content_type="text/xml")
"""
    command = [sys.executable, "-W", "ignore", "-c", post]
    env = environment(HAINA_KILL_AT="callback.stored", ALLOWED_HOSTS="testserver")
    killed = subprocess.run(command, cwd=ROOT, env=env, check=False)

    assert killed.returncode == -signal.SIGKILL
    assert client.post(url, body, content_type="text/xml").content == b"success"
    assert Callback.objects.count() == 1
