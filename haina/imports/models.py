"""The row of an import. It has no table of its own: each app's subclass has one."""

import json
from datetime import datetime, timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from haina.accounts.models import Administrator
from haina.accounts.scope import ScopedQuerySet
from haina.jobs.models import Job, StoredFile
from haina.lib.encryption import EncryptedTextField


class ImportQuerySet(ScopedQuerySet):
    def for_list(self):
        """Newest first, without what may be large."""
        heavy = ("preview", "problems", "created_ids", "changed_ids", "node_ids", "not_undone")
        return self.select_related(*self.model.beside()).defer(*heavy).order_by("-pk")

    def going_on(self):
        return self.filter(job__state__in=[Job.State.WAITING, Job.State.RUNNING])

    def failed_since(self, moment: datetime):
        """Of which nothing came, or whose last step was not done; nobody has given them up."""
        failed = Q(state=Import.State.REFUSED) | Q(job__state=Job.State.FAILED)
        recent = self.filter(failed, created_at__gte=moment)
        return recent.exclude(state=Import.State.DROPPED)


class Import(models.Model):
    """One uploaded workbook: what was planned, decided and done with it. Holds numbers, places and
    pks; what it would show of people is sealed in `preview`.

    A subclass adds the foreign key that TARGET names, its `objects`, an index of that key and -id,
    and answers to `account` and `account_id`.
    """

    class State(models.TextChoices):
        READING = "reading", _("正在读取")
        PLANNED = "planned", _("待确认")
        APPLIED = "applied", _("已导入")
        REFUSED = "refused", _("未导入")
        DROPPED = "dropped", _("已放弃")
        UNDONE = "undone", _("已撤销")

    class Policy(models.TextChoices):
        """What becomes of people on file."""

        SKIP = "skip", _("跳过")
        FILL = "fill", _("补全空白")
        OVERWRITE = "overwrite", _("覆盖")

    PLAN_KEPT = timedelta(days=1)
    TARGET: ClassVar[str]  # the foreign key of what is imported into
    KIND: ClassVar[str]  # of the job that reads it; those that carry out and take back add to that

    asked_by = models.ForeignKey(
        Administrator, models.SET_NULL, null=True, related_name="+", verbose_name=_("操作人")
    )
    actor = models.CharField(_("操作人"), max_length=60)
    file_name = models.CharField(_("文件"), max_length=200)
    upload = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")
    errors = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")  # the latest one

    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.READING)
    policy = models.CharField(_("已有记录"), max_length=10, choices=Policy, blank=True)
    good_rows_only = models.BooleanField(default=False)
    code = models.CharField(max_length=40, blank=True)  # why it was refused
    message = models.TextField(blank=True)
    counts = models.JSONField(default=dict)
    problems = models.JSONField(default=list)  # the first of them: places and sentences
    notes = models.JSONField(default=list)  # sentences: what was passed over, what looks odd
    preview = EncryptedTextField(blank=True)  # JSON: the first rows of each kind, masked
    digest = models.BinaryField(max_length=32, null=True, editable=False)  # of the plan shown

    created_ids = ArrayField(models.BigIntegerField(), default=list, editable=False)
    changed_ids = ArrayField(models.BigIntegerField(), default=list, editable=False)
    # Of the tree that people stand in, what was made for them: rooms, departments.
    node_ids = ArrayField(models.BigIntegerField(), default=list, editable=False)
    not_undone = models.JSONField(default=list)  # pks, and why

    created_at = models.DateTimeField(_("时间"), auto_now_add=True)
    decided_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=60, blank=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self):
        return f"{_('导入')} #{self.pk}"

    @classmethod
    def beside(cls) -> tuple[str, ...]:
        """The rows that every screen needs with it."""
        return cls.TARGET, "upload", "errors", "job"

    @property
    def target(self) -> models.Model:
        return getattr(self, self.TARGET)

    @property
    def target_id(self) -> int:
        return getattr(self, f"{self.TARGET}_id")

    @property
    def place(self) -> str:
        """What it is imported into, where an account has several of them."""
        return ""

    @property
    def has_written(self) -> bool:
        """Did it create or change anything?"""
        written = ("created", "updated", "nodes_created")
        return any(self.counts.get(what) for what in written)

    @property
    def kept_until(self):
        """Until when a plan waits for its decision."""
        ends = self.created_at + self.PLAN_KEPT
        return min(ends, self.upload.expires_at) if self.upload else ends

    @property
    def shown(self) -> dict[str, list[dict]]:
        """The first rows of each kind, as preview.py makes them; none once the plan is over."""
        return json.loads(self.preview) if self.preview else {}
