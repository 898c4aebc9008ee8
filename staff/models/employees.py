"""Ours decides over phone, gender, address and rank; WeCom over userids and over memberships that
were made there. Departments and communities of an employee are arrays of pks, so that one row, with
its history, holds all that is known of a person."""

from collections.abc import Iterable
from typing import Self

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from haina.accounts.models import ServiceAccount
from haina.accounts.scope import OfAccountQuerySet, Scope
from haina.lib.masking import mask_phone
from haina.lib.natural import natural_key
from haina.lib.phones import with_phone
from haina.lib.text import tidy
from staff.models.mirrored import NAME_LENGTH, Mirrored, State


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
