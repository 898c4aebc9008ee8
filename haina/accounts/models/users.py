from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from haina.accounts.names import plain_name
from haina.lib.encryption import EncryptedTextField


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
    # Chosen by ops or by open_account: the console is not opened before it is changed.
    password_is_given = models.BooleanField(default=False, db_default=False, editable=False)
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
