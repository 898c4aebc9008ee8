"""From handing in an application to the reminder in the sandbox's inbox, by a real worker: with the
queue idle, and while another worker imports a workbook."""

import statistics
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

import django
from django.conf import settings
from django.utils import timezone

from tests.bench.measure import tell

SAMPLES = 100
PAUSE, PATIENCE = 0.01, 60  # seconds


def main(workbook: str = "") -> None:
    from tests.jobs.processes import working
    from tests.sandbox.process import running

    with tempfile.TemporaryDirectory() as name, running(Path(name) / "log") as sandbox:
        folder, redis = Path(name), settings.REDIS_URL
        there = {"HAINA_SANDBOX": "1", "WECHAT_API_BASE": sandbox.url, "HAINA_HTTPS": "0"}
        sandbox.reset(empty=True)
        sandbox.do("seed", followers=2 * SAMPLES)
        pairs = iter(list(cast(sandbox)))
        with (
            working(folder, redis, "celery", **there),
            working(folder, redis, "heavy", **there),
        ):
            measured(sandbox, *next(pairs))  # the workers are up
            is_on = under_way(workbook) if workbook else lambda: True
            samples = []
            for pair in islice(pairs, SAMPLES):
                seconds = measured(sandbox, *pair)
                if not is_on():
                    break
                samples.append(seconds)
    tell(
        {
            "median, s": statistics.median(samples),
            "p95, s": statistics.quantiles(samples, n=20)[-1],
            "reminders": len(samples),
        }
    )


def cast(sandbox):
    """Applications that are ready to be handed in, each with the openid of whoever reviews it: an
    administrator of this community only, so that no reminder waits for the one before."""
    from haina.accounts.permissions import Level, Section
    from reminders.models import Plan
    from tests import make

    account = make.account()
    own = {"app_id": sandbox.appid, "secret": sandbox.secret}
    make.review_template(make.wechat(account, **own, connected_at=timezone.now()))
    Plan.objects.create(account=account, night_begins=24, night_ends=0)
    openids = sandbox.openids()
    for number in range(SAMPLES + 1):
        place = make.community(account, f"小区{number}")
        may = {"sections": {Section.RESIDENTS: Level.MANAGE}, "communities": (place,)}
        reviewer = make.operator(account, f"审核员{number}", **may)
        make.switched_on(reviewer)
        make.colleague(reviewer, make.follower(account, openids[number]))
        yield make.draft(place, make.follower(account)), openids[number]


def measured(sandbox, draft, openid: str) -> float:
    from haina.accounts.audit import Actor
    from residents.verification import applications

    by = Actor("住户", account_id=draft.community.account_id)
    began = time.perf_counter()
    applications.submit(draft, proven=True, by=by, now=timezone.now())
    while not sandbox.inbox(openid):
        assert time.perf_counter() - began < PATIENCE, "no reminder"
        time.sleep(PAUSE)
    return time.perf_counter() - began


def under_way(workbook: str):
    """Begin the import; whether it goes on."""
    from haina.jobs.models import Job
    from tests.bench import importing

    importing.upload(workbook)
    job = Job.objects.latest("pk")
    end = time.monotonic() + PATIENCE
    while not Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).exists():
        assert time.monotonic() < end, "the import did not begin"
        time.sleep(PAUSE)
    return Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).exists


if __name__ == "__main__":
    django.setup()
    main(*sys.argv[1:])
