"""The doorbell and the sweep. Ids as arguments, nothing else: the row is the truth."""

from celery import shared_task
from django.utils import timezone

from haina.jobs import files, queue


@shared_task(name="haina.jobs.tasks.run_job")
def run_job(pk: int) -> None:
    queue.run(pk)


@shared_task(name="haina.jobs.tasks.sweep", expires=30)
def sweep() -> None:
    queue.sweep(now=timezone.now())


@shared_task(name="haina.jobs.tasks.remove_old_files", expires=3600)
def remove_old_files() -> None:
    files.remove_old(now=timezone.now())


@queue.doorbell
def wake_a_worker(pk: int) -> None:
    run_job.apply_async([pk], expires=60)
