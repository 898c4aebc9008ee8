"""The doorbell and the sweep. Messages say that there is work and nothing else: the row is the
truth."""

from celery import shared_task
from django.utils import timezone

from haina.jobs import files, queue
from haina.jobs.bells import wake


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
    wake([(run_heavy_job if heavy else run_light_job).si() for heavy in jobs])
