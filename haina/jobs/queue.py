"""Puts jobs into the queue and runs them: claimed once, kept alive by a heartbeat.

A kind of job is registered at start by the package that does the work:

    @runs("residents.import", need=Section.RESIDENTS.manage, label=_("批量导入"), page="...")
    def import_residents(job: Job, beat: Heartbeat) -> None: ...

The function does its writing in one transaction that ends with job.finish(...). It may raise
JobRefused with a sentence for the asker; it calls beat.at(...) between steps, which raises
JobCancelled or LeaseLost when it is time to stop.
"""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import (
    InterfaceError,
    OperationalError,
    close_old_connections,
    connection,
    transaction,
)
from django.utils import timezone
from django.utils.translation import get_language, override

from haina.accounts.audit import Actor
from haina.accounts.models import Administrator
from haina.accounts.permissions import ANY_ADMINISTRATOR, Right, Rights
from haina.accounts.scope import Scope
from haina.jobs.models import (
    BROKE,
    NO_LONGER_ALLOWED,
    Job,
    JobCancelled,
    JobRefused,
    LeaseLost,
    StoredFile,
    lease,
)
from haina.lib import faults
from haina.lib.logs import about_request
from haina.lib.outages import NO_SPACE, is_full

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class About:
    """What the list of jobs tells of one: the file, the place, what came of it."""

    file: str = ""
    place: str = ""
    outcome: str = ""


Teller = Callable[[Sequence[Job], Scope, Rights], Mapping[int, About]]


def nothing_to_tell(jobs: Sequence[Job], scope: Scope, rights: Rights) -> Mapping[int, About]:
    return {}


@dataclass(frozen=True)
class Kind:
    run: Callable[[Job, "Heartbeat"], None]
    label: str
    page: str  # the URL name of the page that shows such a job; takes account and pk
    need: Right  # what the asker must still hold when the job runs
    about: Teller  # reads for all jobs of a page at once what may be seen of them now, by pk


kinds: dict[str, Kind] = {}


def runs(
    kind: str,
    *,
    label: str,
    page: str = "jobs:show",
    need: Right = ANY_ADMINISTRATOR,
    about: Teller = nothing_to_tell,
):
    """Register the function that does jobs of this kind."""

    def register(function):
        kinds[kind] = Kind(function, label, page, need, about)
        return function

    return register


def put(
    kind: str,
    payload: dict,
    *,
    by: Actor,
    key: str,
    upload: StoredFile | None = None,
    heavy: bool = False,
) -> Job:
    """This administrator's job of this kind with this key; made and announced if there is none.
    A heavy one never keeps a light one waiting, and each keeps other accounts' of its kind waiting
    for one turn only.
    """
    job, created = Job.objects.get_or_create(
        asked_by_id=by.administrator_id,
        kind=kind,
        key=key,
        defaults={"payload": payload, "upload": upload, "heavy": heavy} | asker(by),
    )
    if created:
        # robust: with Redis down the request still answers, and the sweep finds the row.
        transaction.on_commit(lambda: ring([heavy]), robust=True)
    return job


def asker(by: Actor) -> dict:
    """Of whoever asks what the job needs when it runs."""
    return {
        "account_id": by.account_id,
        "asked_from": by.address,
        "request_id": by.request_id,
        "language": get_language(),
    }


Announced = Sequence[bool]  # one for each job: whether it is heavy
_doorbell: list[Callable[[Announced], None]] = []


def doorbell(function):
    """haina.jobs.tasks registers what wakes a worker for each of the jobs. It tells them that there
    is work, not which: whose turn it is is seen when one of them is free."""
    _doorbell.append(function)
    return function


def ring(jobs: Announced) -> None:
    for bell in _doorbell:
        bell(jobs)


def told_of(jobs: Sequence[Job], scope: Scope, rights: Rights) -> dict[int, About]:
    """By pk, for those whose kind of work may still be done."""
    told = {}
    for kind in {job.kind for job in jobs}:
        if rights.cover(kinds[kind].need):
            of_kind = [job for job in jobs if job.kind == kind]
            told |= kinds[kind].about(of_kind, scope, rights)
    return told


def run_next(*, heavy: bool) -> None:
    """Do the job whose turn it is, if any waits: as run(). Whoever is beaten to it looks again, for
    then it is another account's turn."""
    turns = Job.objects.by_turns(heavy=heavy).values_list("pk", flat=True)
    while (pk := turns.first()) is not None:
        if run(pk):
            return


def run(pk: int) -> bool:
    """Do the job if it still waits. Safe to call twice, or in two processes at once; True in the
    one that did it."""
    if not Job.objects.claim(pk, now=timezone.now()):
        return False
    faults.passing("job.claimed")
    job = Job.objects.select_related("asked_by__account", "asked_by__user", "upload").get(pk=pk)
    with about_request(job.request_id), Heartbeat(job) as beat:
        outcome(job, beat)
    return True


def outcome(job: Job, beat: "Heartbeat") -> None:
    """Run the job's function, and turn whatever ends it into a state of the row."""
    try:
        beat.at(job.phase)
        kind = kinds[job.kind]
        refuse_without_right(job, kind.need)
        with override(job.language):
            kind.run(job, beat)
        faults.passing("job.committed")
    except LeaseLost:
        logger.warning("job %s was taken over by another worker", job.pk)
    except JobCancelled:
        job.end(Job.State.CANCELLED, now=timezone.now())
    except JobRefused as refusal:
        job.end(Job.State.FAILED, now=timezone.now(), message=str(refusal), result=refusal.result)
    except (OperationalError, InterfaceError):
        # The database went away or broke a deadlock. Somebody tries again: after the next sweep
        # if the lease can be given back, else when it is over.
        logger.exception("job %s lost its database", job.pk)
        close_old_connections()
        with suppress(OperationalError, InterfaceError):
            job.release(now=timezone.now())
    except Exception as error:
        logger.exception("job %s (%s) broke", job.pk, job.kind)
        why = NO_SPACE if is_full(error) else BROKE
        job.end(Job.State.FAILED, now=timezone.now(), message=str(why))


def refuse_without_right(job: Job, need: Right) -> None:
    """A job does what its asker may do now, not what they could do when they asked."""
    active = Administrator.objects.active().filter(pk=job.asked_by_id).exists()
    if not active or not job.rights.cover(need):
        raise JobRefused(str(NO_LONGER_ALLOWED))


class Heartbeat:
    """Keeps the lease, writes progress and reads the wish to cancel, on a connection of its own:
    the work's transaction must neither hold them back nor take them along when it rolls back."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.progress: dict = {}
        self.lost = self.cancelled = False
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self.beat, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *exception) -> None:
        self.stop.set()
        self.thread.join()

    def at(self, phase: str, done: int = 0, total: int = 0) -> None:
        """Say how far the job is. Raises JobCancelled or LeaseLost when it is time to stop."""
        self.progress = {"phase": str(phase), "done": done, "total": total}
        if self.lost:
            raise LeaseLost
        if self.cancelled:
            raise JobCancelled

    def beat(self) -> None:
        try:
            while not self.stop.wait(settings.HEARTBEAT_SECONDS) and not self.lost:
                self.once(timezone.now())
        finally:
            connection.close()

    def once(self, now: datetime) -> None:
        try:
            close_old_connections()
            with transaction.atomic(), connection.cursor() as cursor:
                # Never wait for the row: while the work's transaction finishes it, it is held.
                cursor.execute("SET LOCAL lock_timeout = '1s'")
                held = self.job.mine().update(leased_until=now + lease(), **self.progress)
                self.lost = held == 0
            if self.job.mine().filter(cancel_asked=True).exists():
                self.cancelled = True
        except (OperationalError, InterfaceError):
            logger.warning("heartbeat of job %s missed", self.job.pk)


def sweep(*, now: datetime) -> None:
    """Bring back jobs of dead workers, and announce everything that waits."""
    Job.objects.sweep(now=now)
    waiting = [
        heavy
        for heavy in (False, True)
        for _job in Job.objects.waiting(heavy=heavy).values("pk")[: settings.JOBS_ANNOUNCED]
    ]
    if waiting:
        ring(waiting)
