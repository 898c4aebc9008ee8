from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from haina.accounts.models.account import ServiceAccount
from haina.accounts.models.users import User
from haina.accounts.permissions import Level, ResidentField, Section
from haina.accounts.scope import OfAccountQuerySet

MOST_SYSTEM_ADMINISTRATORS = 20


class AdministratorQuerySet(OfAccountQuerySet):
    def active(self):
        """Those who may come in today: asked by every door, for every job and every message."""
        not_over = Q(ends_on=None) | Q(ends_on__gte=timezone.localdate())
        return self.filter(not_over, deactivated_at=None, user__is_active=True)


class Administrator(models.Model):
    """A user's place in one account."""

    class Role(models.TextChoices):
        CREATOR = "creator", _("创建者")
        SYSTEM = "system", _("系统管理员")
        OPERATOR = "operator", _("物业运营者")

    account = models.ForeignKey(
        ServiceAccount, models.PROTECT, related_name="administrators", verbose_name=_("服务号")
    )
    user = models.ForeignKey(
        User, models.PROTECT, related_name="places", verbose_name=_("登录用户")
    )
    role = models.CharField(_("角色"), max_length=10, choices=Role, default=Role.OPERATOR)
    # System administrators sit on numbered seats, so that the database holds the limit of 20.
    seat = models.PositiveSmallIntegerField(null=True, editable=False)
    # The last day of somebody who helps for a while.
    ends_on = models.DateField(_("截止日期"), null=True, blank=True)
    deactivated_at = models.DateTimeField(_("停用时间"), null=True, blank=True)
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)

    objects = AdministratorQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("管理员")
        constraints = [
            models.UniqueConstraint(fields=["account", "user"], name="administrator_once"),
            models.UniqueConstraint(
                fields=["account"], condition=Q(role="creator"), name="administrator_one_creator"
            ),
            models.UniqueConstraint(fields=["account", "seat"], name="administrator_seat_once"),
            models.CheckConstraint(
                # A check that yields NULL passes, so a missing seat is excluded by name.
                condition=Q(
                    role="system", seat__isnull=False, seat__range=(1, MOST_SYSTEM_ADMINISTRATORS)
                )
                | (~Q(role="system") & Q(seat=None)),
                name="administrator_system_has_one_of_20_seats",
            ),
            models.CheckConstraint(
                condition=~Q(role="creator") | Q(deactivated_at=None),
                name="administrator_creator_is_active",
            ),
            models.CheckConstraint(
                condition=Q(role="operator") | Q(ends_on=None),
                name="administrator_only_operators_end",
            ),
        ]

    def __str__(self):
        return f"{self.get_role_display()} #{self.pk}"

    @property
    def holds_everything(self) -> bool:
        return self.role in {self.Role.CREATOR, self.Role.SYSTEM}

    @property
    def is_over(self) -> bool:
        """Past the last day, though nobody deactivated the place."""
        return self.ends_on is not None and self.ends_on < timezone.localdate()


class Grant(models.Model):
    """A level of one section, or of one field of the residents section, for one operator."""

    administrator = models.ForeignKey(Administrator, models.CASCADE, related_name="grants")
    section = models.CharField(_("栏目"), max_length=20, choices=Section, blank=True)
    field = models.CharField(_("住户字段"), max_length=20, choices=ResidentField, blank=True)
    level = models.PositiveSmallIntegerField(_("权限"), choices=Level, default=Level.NONE)

    class Meta:
        verbose_name = verbose_name_plural = _("权限")
        constraints = [
            models.UniqueConstraint(
                fields=["administrator", "section", "field"], name="grant_once"
            ),
            models.CheckConstraint(
                condition=Q(section="", field__gt="") | Q(section__gt="", field=""),
                name="grant_is_of_a_section_or_a_field",
            ),
            models.CheckConstraint(
                condition=Q(level__in=Level.values), name="grant_level_is_known"
            ),
        ]

    def __str__(self):
        return f"{self.section or self.field} #{self.pk}"


class Scan(models.Model):
    """微信扫码登录: a browser that waits for an administrator to say on a phone that it is theirs.
    Of the token in its code only the keyed hash is kept. `slug` is the account as the browser calls
    it: whether there is one is not looked up for it."""

    digest = models.BinaryField(max_length=32, unique=True)
    slug = models.CharField(max_length=40)
    browser = models.CharField(_("浏览器"), max_length=60)
    address = models.GenericIPAddressField(_("来源"), null=True)
    expires_at = models.DateTimeField(_("有效期至"), db_index=True)
    administrator = models.ForeignKey(Administrator, models.CASCADE, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("扫码登录")

    def __str__(self):
        return f"{_('扫码登录')} #{self.pk}"
