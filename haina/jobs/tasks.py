"""The doorbell and the sweep. Messages say that there is work and nothing else: the row is the
truth."""

import logging

from celery import current_app, shared_task
from django.utils import timezone
from kombu.exceptions import KombuError
from redis import RedisError

from haina.jobs import files, queue

logger = logging.getLogger(__name__)

# Together what a request may lose to a Redis that accepts connections and never answers.
QUICK = {"socket_connect_timeout": 1, "socket_timeout": 1}


@shared_task(name="haina.jobs.tasks.run_light_job")
def run_light_job() -> None:
    queue.run_next(heavy=False)


@shared_task(name="haina.jobs.tasks.run_heavy_job")
def run_heavy_job() -> None:
    queue.run_next(heavy=True)


@shared_task(name="haina.jobs.tasks.sweep", expires=30)
def sweep() -> None:
    queue.sweep(now=timezone.now())


@shared_task(name="haina.jobs.tasks.remove_old_files", expires=3600)
def remove_old_files() -> None:
    files.remove_old(now=timezone.now())


@shared_task(name="haina.jobs.tasks.remove_old_jobs", expires=3600)
def remove_old_jobs() -> None:
    files.remove_old_jobs(now=timezone.now())


@queue.doorbell
def wake_workers(jobs: queue.Announced) -> None:
    """Tell the workers. Without Redis nothing is lost: the next sweep finds the rows."""
    try:
        with current_app.connection_for_write(transport_options=QUICK) as redis:
            for heavy in jobs:
                task = run_heavy_job if heavy else run_light_job
                task.apply_async(expires=60, connection=redis)
    except (KombuError, RedisError) as error:
        logger.warning("Redis was not told of %d jobs: %s", len(jobs), type(error).__name__)
