"""The company's staff and departments, and what WeCom is known to hold of them.

What we want and what WeCom is known to hold stand side by side, as for followers: where they differ
there is something to push. Ours decides over phone, gender, address and rank; WeCom over userids
and over memberships that were made there. Departments and communities of an employee are arrays of
pks, so that one row, with its history, holds all that is known of a person.
"""

from collections.abc import Iterable
from typing import Self

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from mptt.models import MPTTModel, TreeForeignKey
from phonenumber_field.modelfields import PhoneNumberField

from haina.accounts.models import ServiceAccount
from haina.accounts.scope import Scope, ScopedQuerySet
from haina.imports.models import Import, ImportQuerySet
from haina.lib.masking import mask_phone
from haina.lib.natural import natural_key
from haina.lib.phones import with_phone
from haina.lib.text import tidy

NAME_LENGTH = 64  # of departments and people, as WeCom takes them


class State(models.TextChoices):
    """同步状态, as lists show it."""

    NOWHERE = "unverified", _("未同步")  # no corp is connected
    FAILED = "failed", _("失败")
    WAITING = "waiting", _("待同步")
    SYNCED = "verified", _("已同步")


class OfAccountQuerySet(ScopedQuerySet):
    account_path = "account"
    community_path = None


class EmployeeQuerySet(OfAccountQuerySet):
    def within(self, scope: Scope) -> Self:
        """Whoever is limited to communities reaches the employees who serve one of them."""
        rows = super().within(scope)
        if scope.community_ids is None:
            return rows
        return rows.filter(community_ids__overlap=sorted(scope.community_ids))

    def matching(self, text: str) -> Self:
        """By part of the name, by the last four digits of the phone or by all of it."""
        return self.filter(Q(name__icontains=tidy(text)) | with_phone(text))

    def in_any(self, departments: Iterable[int]) -> Self:
        return self.filter(department_ids__overlap=list(departments))

    def serving(self, community_id: int) -> Self:
        return self.filter(community_ids__contains=[community_id])

    def known_in(self, corp_id: str) -> Self:
        """Who is, or is about to be, in this corp."""
        return self.filter(corp_id=corp_id).exclude(userid="")

    def in_state(self, state: str) -> Self:
        """As Employee.state_when(connected=True) has it."""
        refused = Q(push_fault__isnull=False)
        wanted = {
            State.FAILED: refused,
            State.WAITING: ~refused & Q(to_push=True),
            State.SYNCED: ~refused & Q(to_push=False),
        }
        return self.filter(wanted[state])

    def for_list(self) -> Self:
        """Newest first, as the guide's page has it."""
        return self.order_by("-pk")


class Mirrored(models.Model):
    """What is to be the same in WeCom. `there` is what WeCom was last told or has shown, as a
    keyed digest of what is pushed; null: it is not there yet, or we do not know."""

    there = models.BinaryField(max_length=32, null=True, editable=False)
    to_push = models.BooleanField(_("待同步"), default=True, db_default=True, editable=False)
    push_fault = models.IntegerField(null=True, editable=False)  # WeCom's errcode, when refused
    push_detail = models.CharField(max_length=100, blank=True, db_default="", editable=False)

    class Meta:
        abstract = True

    def state_when(self, *, connected: bool) -> State:
        """What is told of it, with a corp or without."""
        if not connected:
            return State.NOWHERE
        if self.push_fault is not None:
            return State.FAILED
        return State.WAITING if self.to_push else State.SYNCED


class Department(Mirrored, MPTTModel):
    """部门. One tree an account, whose tree_id is the account's pk; its root is the company.
    Written by staff/departments.py only."""

    account = models.ForeignKey(ServiceAccount, models.CASCADE, related_name="+")
    parent = TreeForeignKey(
        "self", models.PROTECT, null=True, related_name="children", verbose_name=_("上级部门")
    )
    name = models.CharField(_("部门名称"), max_length=NAME_LENGTH)
    sort_key = models.CharField(max_length=400, db_collation="C", editable=False)
    wecom_id = models.PositiveBigIntegerField(null=True, editable=False)

    objects = OfAccountQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("部门")
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(parent=None), name="department_one_root"
            ),
            models.UniqueConstraint(
                fields=["parent", "name"],
                deferrable=models.Deferrable.IMMEDIATE,  # one statement may exchange names
                name="department_name_once",
            ),
            models.UniqueConstraint(fields=["account", "wecom_id"], name="department_there_once"),
            models.CheckConstraint(
                condition=Q(tree_id=F("account_id")), name="department_tree_is_of_the_account"
            ),
        ]
        indexes = [models.Index(fields=["account", "lft"], name="department_in_order")]

    def __str__(self):
        return f"{_('部门')} #{self.pk}"

    @property
    def has_children(self) -> bool:
        return self.rght - self.lft > 1

    @property
    def is_root(self) -> bool:
        return self.parent_id is None


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    context_id_field=None,
    exclude=["there", "to_push", "push_fault", "push_detail", "updated_at"],
)
class Employee(Mirrored):
    """员工. The same phone is the same person; one who came from WeCom may have none yet."""

    class Gender(models.TextChoices):
        MALE = "male", _("男")
        FEMALE = "female", _("女")

    account = models.ForeignKey(ServiceAccount, models.CASCADE, related_name="+")
    community_ids = ArrayField(models.BigIntegerField(), default=list, verbose_name=_("服务小区"))
    department_ids = ArrayField(models.BigIntegerField(), default=list, verbose_name=_("所属部门"))
    name = models.CharField(_("姓名"), max_length=NAME_LENGTH)
    name_key = models.CharField(max_length=400, db_collation="C", editable=False)
    gender = models.CharField(_("性别"), max_length=6, choices=Gender, blank=True)
    position = models.CharField(_("职位"), max_length=64, blank=True)
    rank = models.CharField(_("职级"), max_length=64, blank=True)
    phone = PhoneNumberField(_("手机号"), blank=True)
    phone_last4 = models.CharField(max_length=4, blank=True, editable=False)
    wechat = models.CharField(_("微信号"), max_length=64, blank=True)
    address = models.CharField(_("地址"), max_length=128, blank=True)

    # Who it is in WeCom, and in which corp: chosen by us before the first push, or read there.
    userid = models.CharField("UserID", max_length=64, blank=True, editable=False)
    corp_id = models.CharField(max_length=64, blank=True, editable=False)
    # The departments that WeCom last showed, by its numbers: a change there counts.
    departments_there = ArrayField(models.BigIntegerField(), default=list, editable=False)
    invite = models.BooleanField(_("邀请加入企业微信"), default=False)

    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = EmployeeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("员工")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "phone"], condition=~Q(phone=""), name="employee_phone_once"
            ),
            models.UniqueConstraint(
                F("account"), Lower("userid"), condition=~Q(userid=""), name="employee_userid_once"
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-id"], name="employee_newest"),
            models.Index(fields=["account", "name_key", "id"], name="employee_by_name"),
            models.Index(fields=["account", "phone_last4"], name="employee_by_last4"),
            models.Index(
                fields=["account", "id"], condition=Q(to_push=True), name="employee_to_push"
            ),
            GinIndex(fields=["department_ids"], name="employee_departments"),
            GinIndex(fields=["community_ids"], name="employee_communities"),
        ]

    def __str__(self):
        return f"{_('员工')} #{self.pk}"

    def derive(self) -> None:
        """Set what follows from other columns. Called before every write."""
        self.name_key = natural_key(self.name)
        self.phone_last4 = str(self.phone)[-4:] if self.phone else ""

    @property
    def is_incomplete(self) -> bool:
        """Whoever came from WeCom has no phone here yet, and serves no community."""
        return not (self.phone and self.community_ids)

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.phone) if self.phone else ""


class Removal(models.Model):
    """Somebody, or a department, deleted here and still to be deleted in WeCom."""

    account = models.ForeignKey(ServiceAccount, models.CASCADE, related_name="+")
    corp_id = models.CharField(max_length=64)
    userid = models.CharField(max_length=64, blank=True)
    wecom_id = models.PositiveBigIntegerField(null=True)  # of a department
    push_fault = models.IntegerField(null=True)
    push_detail = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OfAccountQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("待删除的成员")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "corp_id", "userid", "wecom_id"],
                nulls_distinct=False,
                name="removal_once",
            ),
            models.CheckConstraint(
                condition=Q(userid="", wecom_id__isnull=False) | (~Q(userid="") & Q(wecom_id=None)),
                name="removal_is_of_one",
            ),
        ]

    def __str__(self):
        return f"{_('待删除的成员')} #{self.pk}"


class Sync(models.Model):
    """How far the mirroring of an account's staff is. One row an account, and the queue of it: a
    worker holds the lease, and when it dies the next one goes on from there."""

    class Phase(models.TextChoices):
        READING = "reading", _("正在读取企业微信")
        PLANNED = "planned", _("待确认")  # it would create there, or delete here, too much unasked
        WRITING = "writing", _("正在同步")
        CHECKING = "checking", _("正在核对")
        OVER = "over", _("已完成")
        STOPPED = "stopped", _("已停止")  # a fault that the next call would meet as well

    account = models.OneToOneField(ServiceAccount, models.CASCADE, related_name="+")
    phase = models.CharField(_("步骤"), max_length=8, choices=Phase, default=Phase.READING)
    asked_by = models.CharField(_("操作人"), max_length=60, blank=True)  # "" for the nightly one
    began_at = models.DateTimeField(_("开始时间"))
    ended_at = models.DateTimeField(_("完成时间"), null=True)  # of the last that was completed
    leased_until = models.DateTimeField(null=True)
    # Somebody asked, or an event hinted, after the running pass had begun.
    asked_again_at = models.DateTimeField(null=True)
    # Reads names too; one that only has to bring our changes there does not.
    thorough = models.BooleanField(default=True)
    fault = models.IntegerField(null=True)  # WeCom's errcode that stopped the pass
    fault_detail = models.CharField(max_length=100, blank=True)
    counts = models.JSONField(default=dict)
    plan = models.JSONField(default=dict)  # pks, userids and numbers of what waits to be confirmed
    digest = models.BinaryField(max_length=32, null=True, editable=False)  # of the plan shown
    confirmed = models.BinaryField(max_length=32, null=True, editable=False)  # the one agreed to

    objects = OfAccountQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("员工同步")

    def __str__(self):
        return f"{_('员工同步')} #{self.pk}"

    @property
    def is_running(self) -> bool:
        return self.phase in (self.Phase.READING, self.Phase.WRITING, self.Phase.CHECKING)


class StaffImportQuerySet(ImportQuerySet):
    account_path = "account"
    community_path = None

    def within(self, scope: Scope) -> Self:
        """A workbook is about everybody: whoever is limited to communities sees none."""
        rows = super().within(scope)
        return rows.none() if scope.is_limited else rows


class StaffImport(Import):
    """A workbook of an account's staff. The same phone is the same employee."""

    TARGET, KIND = "account", "staff.import"

    account = models.ForeignKey(ServiceAccount, models.CASCADE, related_name="+")

    objects = StaffImportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("员工导入记录")
        indexes = [models.Index(fields=["account", "-id"], name="staff_import_newest")]
