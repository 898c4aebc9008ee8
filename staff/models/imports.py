from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from haina.accounts.models import ServiceAccount
from haina.accounts.scope import OfAccountQuerySet, Scope
from haina.imports.models import Import, ImportQuerySet


class StaffImportQuerySet(ImportQuerySet, OfAccountQuerySet):
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
