from datetime import datetime, timedelta

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from haina.accounts.names import plain_name
from haina.accounts.permissions import Level, ResidentField, Section
from haina.accounts.scope import Scope, ScopedQuerySet
from haina.lib.encryption import EncryptedTextField

# The first parts of our own paths: an account with such a slug could not be reached.
RESERVED_SLUGS = frozenset(
    {"ops", "sign-in", "sign-out", "static", "m", "wechat", "wecom", "sms", "sandbox", "healthz"}
    | {"invited"}
)
MOST_SYSTEM_ADMINISTRATORS = 20


class UserManager(BaseUserManager):
    def create_user(self, username: str, password: str | None = None, **fields) -> "User":
        user = self.model(username=plain_name(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields) -> "User":
        """Somebody who runs the installation: opens /ops/, has no place in any account."""
        return self.create_user(username, password, is_staff=True, **fields)


class User(AbstractBaseUser):
    """Somebody who can sign in, with a user name or a phone. `is_staff` means ops, nothing else."""

    username = models.CharField(_("用户名"), max_length=60, unique=True)
    phone = PhoneNumberField(_("手机号"), null=True, blank=True, unique=True)
    name = models.CharField(_("姓名"), max_length=40)
    is_active = models.BooleanField(_("可登录"), default=True)
    is_staff = models.BooleanField(_("海纳小助手"), default=False)
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = verbose_name_plural = _("登录用户")

    def __str__(self):
        return f"{_('登录用户')} #{self.pk}"

    @property
    def factor(self) -> "SecondFactor | None":
        return getattr(self, "second_factor", None)


class SecondFactor(models.Model):
    """两步验证: the app on the user's phone that shows codes. Another phone is another row, which
    ends the sessions that were begun with this one."""

    user = models.OneToOneField(User, models.CASCADE, related_name="second_factor")
    secret = EncryptedTextField(editable=False)
    # Codes are numbered by the time. The last one that was accepted: neither it nor an earlier one
    # is accepted again.
    used_step = models.BigIntegerField(default=0, editable=False)
    set_up_at = models.DateTimeField(_("开启时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("两步验证")

    def __str__(self):
        return f"{_('两步验证')} #{self.pk}"


class RecoveryCode(models.Model):
    """恢复码, for whoever has lost the phone; the row goes when it is used."""

    factor = models.ForeignKey(SecondFactor, models.CASCADE, related_name="recovery_codes")
    digest = models.BinaryField(editable=False)  # keyed_hash

    class Meta:
        verbose_name = verbose_name_plural = _("恢复码")
        constraints = [
            models.UniqueConstraint(fields=["factor", "digest"], name="recovery_code_once")
        ]

    def __str__(self):
        return f"{_('恢复码')} #{self.pk}"


class ServiceAccount(models.Model):
    """服务号, the tenant: everything of the console belongs to exactly one."""

    slug = models.SlugField(
        _("网址标识"), max_length=40, unique=True, validators=[RegexValidator(r"^[a-z0-9-]+$")]
    )
    name = models.CharField(_("服务号名称"), max_length=40)
    second_factor_required = models.BooleanField(_("要求两步验证"), default=False, db_default=False)
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = _("服务号")
        constraints = [
            models.CheckConstraint(
                condition=~Q(slug__in=sorted(RESERVED_SLUGS)), name="account_slug_is_not_reserved"
            )
        ]

    def __str__(self):
        return f"{self.name} #{self.pk}"


class AdministratorQuerySet(ScopedQuerySet):
    account_path = "account"
    community_path = None

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


class OfAccountQuerySet(ScopedQuerySet):
    account_path = "account"
    community_path = None

    def open_at(self, now: datetime):
        return self.filter(ended_at=None, expires_at__gt=now)


class Invitation(models.Model):
    """A place in an account, offered to a phone by a link that is good once. Of its token only the
    keyed hash is kept. `rights` are levels by section and by field; no `communities` are all."""

    LIFE = timedelta(days=3)

    account = models.ForeignKey(ServiceAccount, models.CASCADE, related_name="invitations")
    phone = PhoneNumberField(_("手机号"))
    digest = models.BinaryField(max_length=32, unique=True)
    role = models.CharField(_("角色"), max_length=10, choices=Administrator.Role)
    rights = models.JSONField(_("权限"), default=dict)
    communities = ArrayField(models.BigIntegerField(), default=list, verbose_name=_("小区"))
    ends_on = models.DateField(_("截止日期"), null=True)
    invited_by = models.ForeignKey(Administrator, models.CASCADE, related_name="invitations")
    created_at = models.DateTimeField(_("邀请时间"))
    expires_at = models.DateTimeField(_("有效期至"))
    ended_at = models.DateTimeField(null=True)  # accepted, revoked or replaced

    objects = OfAccountQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("管理员邀请")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "phone"],
                condition=Q(ended_at=None),
                name="invitation_open_once_per_phone",
            ),
            models.CheckConstraint(
                condition=~Q(role="creator"), name="invitation_makes_no_creator"
            ),
        ]

    def __str__(self):
        return f"{_('管理员邀请')} #{self.pk}"


class Handover(models.Model):
    """The creator offers creatorship to a colleague, who accepts it or not."""

    LIFE = timedelta(days=3)

    account = models.ForeignKey(ServiceAccount, models.CASCADE, related_name="handovers")
    heir = models.ForeignKey(Administrator, models.CASCADE, related_name="+")
    offered_by = models.ForeignKey(Administrator, models.CASCADE, related_name="+")
    offered_at = models.DateTimeField(_("提出时间"))
    expires_at = models.DateTimeField(_("有效期至"))
    ended_at = models.DateTimeField(null=True)  # accepted, declined or withdrawn

    objects = OfAccountQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("创建者移交")
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(ended_at=None), name="handover_one_at_a_time"
            )
        ]

    def __str__(self):
        return f"{_('创建者移交')} #{self.pk}"


class AuditQuerySet(ScopedQuerySet):
    account_path = "account"
    community_path = None

    def open_to(self, administrator: Administrator, scope: Scope):
        """What an administrator may read. Whoever is limited to some communities reads of their own
        acts only: entries name rows by their numbers, also rows of communities out of reach."""
        return self if scope.community_ids is None else self.filter(user=administrator.user_id)

    def newest_first(self):
        """In the order of the index; the pk decides between entries of one moment."""
        return self.order_by("-at", "-pk")

    def older_than(self, entry: "AuditEntry"):
        """What comes after the entry in that order."""
        return self.filter(at__lte=entry.at).exclude(at=entry.at, pk__gte=entry.pk)


class AuditEntry(models.Model):
    """Who did what to which rows, from where, when and why. Holds ids and field names, no values;
    `reason` is what the person wrote. Triggers (migration 0003) refuse UPDATE and TRUNCATE, and
    DELETE of what is younger than three years."""

    account = models.ForeignKey(ServiceAccount, models.PROTECT, null=True, related_name="trail")
    user = models.ForeignKey(User, models.PROTECT, null=True, verbose_name=_("登录用户"))
    actor = models.CharField(_("操作人"), max_length=60)
    action = models.CharField(_("操作"), max_length=60)
    model = models.CharField(_("对象"), max_length=60)
    ids = ArrayField(models.BigIntegerField(), default=list, verbose_name=_("编号"))
    count = models.PositiveIntegerField(_("数量"), default=0)
    fields = ArrayField(models.CharField(max_length=40), default=list, verbose_name=_("字段"))
    address = models.GenericIPAddressField(_("来源"), null=True)
    request_id = models.CharField(max_length=32, blank=True)
    reason = models.CharField(_("原因"), max_length=200, blank=True)
    at = models.DateTimeField(_("时间"), db_index=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("操作记录")
        indexes = [
            models.Index(fields=["account", "-at", "-id"], name="audit_newest_first"),
            models.Index(fields=["account", "user", "-at", "-id"], name="audit_by_user"),
            models.Index(fields=["account", "action", "-at", "-id"], name="audit_by_action"),
            models.Index(fields=["account", "model", "-at", "-id"], name="audit_by_model"),
            GinIndex(fields=["ids"], name="audit_by_object"),
        ]

    def __str__(self):
        return f"{self.action} #{self.pk}"
