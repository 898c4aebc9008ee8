"""How the job of an export ends: its file, its entry in the trail and its result as one."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haina.jobs import files
from haina.jobs.models import Job
from haina.jobs.queue import Heartbeat


@contextmanager
def finished(job: Job, beat: Heartbeat, path: Path, *, name: str, rows: int) -> Iterator[datetime]:
    """Keep the file and finish the job, in one transaction with what the caller records inside;
    the moment of it."""
    beat.at(_("正在保存文件"))
    with path.open("rb") as content, transaction.atomic():
        now = timezone.now()
        output = files.keep(job.account, File(content), name=name, now=now)
        yield now
        job.finish({"rows": rows}, now=now, output=output)
