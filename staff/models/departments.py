from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from mptt.models import MPTTModel, TreeForeignKey

from haina.accounts.models import ServiceAccount
from haina.accounts.scope import OfAccountQuerySet
from staff.models.mirrored import NAME_LENGTH, Mirrored

MOST_LEVELS = 15  # WeCom's limit, the company among them


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
