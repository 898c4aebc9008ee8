import hashlib
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property

from django.conf import settings
from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from haina.accounts.audit import Actor
from haina.accounts.models import Administrator, ServiceAccount
from haina.accounts.permissions import Rights
from haina.accounts.scope import OfAccountQuerySet, Scope
from haina.jobs.models.files import StoredFile
from haina.lib import faults


class LeaseLost(Exception):
    """The job was swept back to the queue meanwhile; whatever this process did is rolled back."""


class JobCancelled(Exception):
    """The asker cancelled the job; whatever this process did is rolled back."""


class JobRefused(Exception):
    """The work cannot be done, for a reason that the asker can understand: the message."""

    def __init__(self, message: str, result: dict | None = None) -> None:
        super().__init__(message)
        self.result = result or {}


class JobQuerySet(OfAccountQuerySet):
    def asked_by(self, administrator: Administrator):
        """Only whoever started a job sees it: its result may hold what others may not see."""
        return self.filter(asked_by=administrator)

    def for_list(self):
        return self.select_related("account", "output").order_by("-pk")

    def to_look_at(self):
        """Those that still run, and those that failed since their asker last looked."""
        unknown = self.filter(state=Job.State.FAILED, seen_at=None)
        return (self.going_on() | unknown).order_by("-pk")

    def see(self, pks: Collection[int], *, now: datetime) -> int:
        """Note that their asker knows how they ended."""
        return self.filter(pk__in=pks, state__in=Job.OVER, seen_at=None).update(seen_at=now)

    def claim(self, pk: int, *, now: datetime) -> bool:
        """Take a waiting job. True for exactly one of the workers that ask."""
        taken = self.filter(pk=pk, state=Job.State.WAITING, cancel_asked=False).update(
            state=Job.State.RUNNING,
            attempt=F("attempt") + 1,
            started_at=now,
            leased_until=now + lease(),
            done=0,
        )
        return taken == 1

    def sweep(self, *, now: datetime) -> int:
        """Return jobs whose worker has died to the queue, or end them: when they were cancelled
        meanwhile, or after too many attempts. One statement, so that no job falls in between."""
        cancelled, tired = Q(cancel_asked=True), Q(attempt__gte=settings.JOB_ATTEMPTS)
        return self.filter(state=Job.State.RUNNING, leased_until__lt=now).update(
            state=Case(
                When(cancelled, then=Value(Job.State.CANCELLED)),
                When(tired, then=Value(Job.State.FAILED)),
                default=Value(Job.State.WAITING),
            ),
            message=Case(
                When(tired & ~cancelled, then=Value(str(GAVE_UP))),
                default=F("message"),
                output_field=models.TextField(),
            ),
            ended_at=Case(When(cancelled | tired, then=Value(now)), default=None),
            leased_until=None,
        )

    def cancel(self, pk: int, *, now: datetime) -> bool:
        """Ask a job to stop. A waiting one ends at once; a running one before it commits."""
        waits = Q(state=Job.State.WAITING)
        asked = self.filter(pk=pk, state__in=[Job.State.WAITING, Job.State.RUNNING]).update(
            cancel_asked=True,
            state=Case(When(waits, then=Value(Job.State.CANCELLED)), default=F("state")),
            ended_at=Case(When(waits, then=Value(now)), default=None),
        )
        return asked == 1

    def going_on(self):
        return self.filter(state__in=[Job.State.WAITING, Job.State.RUNNING])

    def failed_since(self, moment: datetime):
        return self.filter(state=Job.State.FAILED, ended_at__gte=moment)

    def over(self, moment: datetime):
        """Those that had ended by then, oldest first."""
        return self.filter(state__in=Job.OVER, ended_at__lt=moment).order_by("pk")

    def waiting(self, *, heavy: bool):
        return self.filter(state=Job.State.WAITING, cancel_asked=False, heavy=heavy)

    def by_turns(self, *, heavy: bool):
        """The heavy or the light jobs that wait, first those of the account whose last one began
        longest ago. An account that leaves fifty files so holds another's one file by one of them
        at most."""
        began = Job.objects.filter(
            account=OuterRef("account"), heavy=heavy, started_at__isnull=False
        )
        last = began.order_by("-started_at").values("started_at")[:1]
        turn = F("last_turn").asc(nulls_first=True)
        return self.waiting(heavy=heavy).annotate(last_turn=Subquery(last)).order_by(turn, "pk")


def lease() -> timedelta:
    return timedelta(seconds=settings.JOB_LEASE_SECONDS)


GAVE_UP = _("多次尝试后仍未完成，未写入任何数据。请稍后重新提交，或联系海纳小助手。")
NO_LONGER_ALLOWED = _("您的权限已变更，任务没有执行，未写入任何数据。")
BROKE = _("系统出错，未写入任何数据，错误已记录。请稍后重试，或联系海纳小助手。")


class Job(models.Model):
    """Something that may take more than a second, asked for by an administrator."""

    class State(models.TextChoices):
        WAITING = "waiting", _("排队中")
        RUNNING = "running", _("进行中")
        DONE = "done", _("已完成")
        FAILED = "failed", _("未完成")
        CANCELLED = "cancelled", _("已取消")

    OVER = (State.DONE, State.FAILED, State.CANCELLED)

    kind = models.CharField(_("类型"), max_length=40)
    account = models.ForeignKey(ServiceAccount, models.CASCADE, verbose_name=_("服务号"))
    asked_by = models.ForeignKey(Administrator, models.CASCADE, verbose_name=_("发起人"))
    key = models.CharField(max_length=80)
    asked_from = models.GenericIPAddressField(null=True, editable=False)
    request_id = models.CharField(max_length=32, blank=True, editable=False)
    language = models.CharField(max_length=10, db_default="zh-hans", editable=False)  # the asker's
    payload = models.JSONField(default=dict)
    upload = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")
    output = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")

    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.WAITING)
    attempt = models.PositiveSmallIntegerField(_("次数"), default=0)
    leased_until = models.DateTimeField(null=True)
    cancel_asked = models.BooleanField(default=False)
    # Minutes of work rather than seconds: done by some workers only.
    heavy = models.BooleanField(default=False, editable=False)

    phase = models.CharField(_("步骤"), max_length=40, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    message = models.TextField(_("说明"), blank=True)
    result = models.JSONField(default=dict)
    # What the asker could see when the result was made; see may_be_read.
    granted = models.BinaryField(max_length=32, null=True, editable=False)

    created_at = models.DateTimeField(_("提交时间"), auto_now_add=True)
    started_at = models.DateTimeField(_("开始时间"), null=True)
    ended_at = models.DateTimeField(_("结束时间"), null=True)
    # When whoever asked for it took note of its end; nobody else sees it.
    seen_at = models.DateTimeField(null=True, editable=False)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("任务")
        constraints = [
            models.UniqueConstraint(fields=["asked_by", "kind", "key"], name="job_once_per_key")
        ]
        indexes = [
            models.Index(
                fields=["state", "leased_until"],
                name="job_unfinished",
                condition=Q(state__in=["waiting", "running"]),
            ),
            models.Index(fields=["asked_by", "-id"], name="job_newest_first"),
            models.Index(
                fields=["account", "heavy", "-started_at"],
                name="job_turns_of_accounts",
                condition=Q(started_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.kind} #{self.pk}"

    @cached_property
    def scope(self) -> Scope:
        """What the asker could reach when this attempt first looked, not when the job was asked
        for. The result is bound to it, whatever changes while the work goes on."""
        return Scope.of(self.asked_by)

    @cached_property
    def rights(self) -> Rights:
        """As scope."""
        return Rights.of(self.asked_by)

    @property
    def actor(self) -> Actor:
        """The asker, from where the job was asked for."""
        actor = Actor.of(self.asked_by)
        return replace(actor, address=self.asked_from, request_id=self.request_id)

    @property
    def is_over(self) -> bool:
        return self.state in self.OVER

    @property
    def can_cancel(self) -> bool:
        return not self.is_over and not self.cancel_asked

    @property
    def percent(self) -> int:
        if self.state == self.State.DONE:
            return 100
        return min(99, self.done * 100 // self.total) if self.total else 0

    @property
    def told(self) -> str:
        """The message: in the reader's language if all jobs say it alike, else in the asker's."""
        return gettext(self.message) if self.message else ""

    def mine(self):
        """This row, while this attempt still holds it."""
        return Job.objects.filter(pk=self.pk, state=Job.State.RUNNING, attempt=self.attempt)

    def finish(self, result: dict, *, now: datetime, output: StoredFile | None = None) -> None:
        """Store the result. Called inside the transaction of the work, so both or neither stand."""
        faults.passing("job.finishing")
        finished = (
            self.mine()
            .filter(cancel_asked=False)
            .update(
                state=self.State.DONE,
                result=result,
                output=output,
                granted=what_is_granted(self.scope, self.rights),
                ended_at=now,
                leased_until=None,
            )
        )
        if finished != 1:
            raise JobCancelled if self.mine().exists() else LeaseLost
        faults.passing("job.finished")

    def end(self, state: str, *, now: datetime, message: str = "", result=None) -> None:
        """Record that nothing was done, and why."""
        self.mine().update(
            state=state,
            message=message,
            result=result or {},
            granted=what_is_granted(self.scope, self.rights),
            ended_at=now,
            leased_until=None,
        )

    def release(self, *, now: datetime) -> None:
        """Give the lease back, so that the next sweep lets somebody try again."""
        self.mine().update(leased_until=now)

    def may_be_read(self, scope: Scope, rights: Rights) -> bool:
        """Is all that the asker could see when the result was made still granted? A result shows
        rows and fields as of then, and a right that was taken away binds it too."""
        return self.granted is not None and bytes(self.granted) == what_is_granted(scope, rights)


def what_is_granted(scope: Scope, rights: Rights) -> bytes:
    communities = scope.community_ids
    told = [
        communities if communities is None else sorted(communities),
        rights.everything,
        sorted(rights.sections.items()),
        sorted(rights.fields.items()),
    ]
    return hashlib.sha256(repr(told).encode()).digest()
