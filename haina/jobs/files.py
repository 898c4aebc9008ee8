"""Uploads and results: private, named at random, gone after their time."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.http import FileResponse, Http404

from haina.accounts.models import ServiceAccount
from haina.jobs.models import Job, StoredFile, random_name
from haina.jobs.workplaces import remove_left, workplace
from haina.lib import faults
from haina.lib.text import tidy

__all__ = [
    "discard",
    "handed_out",
    "keep",
    "local_copy",
    "remove_old",
    "remove_old_jobs",
    "workplace",
]

BATCH = 1000


def keep(
    account: ServiceAccount, content: File, *, name: str, now: datetime, hours: int | None = None
) -> StoredFile:
    """Store a file for FILE_HOURS, the whole of it or nothing. `name` is shown to people and never
    used as a path."""
    ends = now + timedelta(hours=hours or settings.FILE_HOURS)
    stored = StoredFile(account=account, name=tidy(Path(name).name)[-200:], expires_at=ends)
    stored.file = saved(content, random_name(stored, ""))
    faults.passing("file.saved")
    stored.save()
    faults.passing("file.kept")
    return stored


def saved(content: File, name: str) -> str:
    try:
        return default_storage.save(name, content)
    except OSError:
        default_storage.delete(name)  # what was written before the disk was full
        raise


def handed_out(stored: StoredFile) -> FileResponse:
    """The file as a download, or 404 if it is gone."""
    try:
        content = stored.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(content, as_attachment=True, filename=stored.name)


@contextmanager
def local_copy(stored: StoredFile) -> Iterator[Path]:
    """The file as a local path, wherever the storage keeps it; gone afterwards."""
    with workplace() as folder:
        path = folder / "upload"
        with stored.file.open("rb") as source, path.open("wb") as copy:
            for chunk in source.chunks():
                copy.write(chunk)
        faults.passing("upload.copied")
        yield path


def remove_old(*, now: datetime) -> int:
    """Remove files whose time is over, and those that a killed process left without a row."""
    old = list(StoredFile.objects.over(now))
    for stored in old:
        stored.file.delete(save=False)
        stored.delete()
    return len(old) + remove_orphans(now=now) + remove_left()


def remove_old_jobs(*, now: datetime) -> int:
    """Remove jobs that were over JOB_DAYS ago, with what is left of their files."""
    removed, over = 0, Job.objects.over(now - timedelta(days=settings.JOB_DAYS))
    while jobs := list(over.values_list("pk", "upload", "output")[:BATCH]):
        with transaction.atomic():
            discard({pk for _job, *files in jobs for pk in files if pk})
            Job.objects.filter(pk__in=[pk for pk, *_files in jobs]).delete()
        removed += len(jobs)
    return removed


def discard(pks: Collection[int]) -> None:
    """Remove files before their time: their rows with the transaction, the files after it."""
    stored = StoredFile.objects.filter(pk__in=pks)
    for each in stored:
        remove = partial(each.file.storage.delete, each.file.name)
        transaction.on_commit(remove, robust=True)
    stored.delete()


def remove_orphans(*, now: datetime) -> int:
    """A file is saved before its row: kill -9 in between leaves one that nothing names."""
    removed = 0
    for folder in default_storage.listdir("")[0] if default_storage.exists("") else []:
        paths = {f"{folder}/{name}" for name in default_storage.listdir(folder)[1]}
        known = StoredFile.objects.filter(file__startswith=f"{folder}/")
        for path in paths.difference(known.values_list("file", flat=True)):
            if now - default_storage.get_modified_time(path) > timedelta(hours=1):
                default_storage.delete(path)
                removed += 1
    return removed
