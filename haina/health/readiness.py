"""Whether the installation can do all of its work, check by check."""

from contextlib import suppress
from datetime import datetime
from functools import cache

from django.conf import settings
from django.db import Error, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from followers.models import Sync as FollowerSync
from haina.health.models import Pulse
from haina.jobs.models import Job
from staff.models import Sync as StaffSync

PATIENCE = 2  # seconds that a query may take
QUICK = {"socket_connect_timeout": 1, "socket_timeout": 1, "retry": Retry(NoBackoff(), 0)}
WORKERS = {"light_worker": Pulse.Queue.LIGHT, "heavy_worker": Pulse.Queue.HEAVY}
CHECKS = ("database", "broker", "migrations", *WORKERS)


def readiness(*, now: datetime) -> dict[str, bool]:
    """Every check by its name. What could not be asked, because something before it failed, has
    failed as well."""
    found = dict.fromkeys(CHECKS, False) | {"broker": broker_answers()}
    with suppress(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = %s", [f"{PATIENCE}s"])
        found["database"] = True
        found["migrations"] = all_applied()
        if found["migrations"]:
            found |= {name: is_served(queue, now) for name, queue in WORKERS.items()}
    return found


def broker_answers() -> bool:
    try:
        with Redis.from_url(settings.REDIS_URL, **QUICK) as redis:
            return redis.ping()
    except RedisError:
        return False


def all_applied() -> bool:
    return known_migrations() <= MigrationRecorder(connection).applied_migrations().keys()


@cache
def known_migrations() -> frozenset[tuple[str, str]]:
    """Those of the code, which do not change while the process runs."""
    return frozenset(MigrationLoader(None).disk_migrations)


def is_served(queue: str, now: datetime) -> bool:
    """Has a worker taken the sign of life from the queue, or is it busy with what keeps it from
    that: work of minutes, whose lease it prolongs?"""
    if Pulse.objects.fresh(now).filter(queue=queue).exists():
        return True
    heavy = queue == Pulse.Queue.HEAVY
    jobs = Job.objects.filter(state=Job.State.RUNNING, heavy=heavy)
    passes = (FollowerSync if heavy else StaffSync).objects.filter(fault=None)
    return any(busy.filter(leased_until__gt=now).exists() for busy in (jobs, passes))
