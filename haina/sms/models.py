from django.db import models
from django.utils.translation import gettext_lazy as _

from haina.accounts.models import ServiceAccount
from haina.accounts.scope import OfAccountQuerySet
from haina.lib.encryption import EncryptedTextField

SECRETS = ("secret_id", "secret_key")
VALUES = (
    *SECRETS,
    "sdk_app_id",
    "sign_name",
    "region",
    "code_template",
    "review_template",
    "result_template",
)


class Gateway(models.Model):
    """短信设置: with what an account sends SMS through Tencent Cloud. The two secrets are written
    and never shown."""

    class Region(models.TextChoices):
        GUANGZHOU = "ap-guangzhou", _("广州")
        BEIJING = "ap-beijing", _("北京")
        NANJING = "ap-nanjing", _("南京")

    account = models.OneToOneField(ServiceAccount, models.CASCADE, related_name="sms")
    secret_id = EncryptedTextField("SecretId")
    secret_key = EncryptedTextField("SecretKey")
    sdk_app_id = models.CharField("SDKAppID", max_length=20)
    sign_name = models.CharField(_("签名内容"), max_length=12)
    region = models.CharField(_("地域"), max_length=20, choices=Region, default=Region.GUANGZHOU)
    code_template = models.CharField(_("验证码模板ID"), max_length=20)  # {1}: the code
    review_template = models.CharField(
        _("审核提醒模板ID"), max_length=20, blank=True
    )  # {1}: how many
    result_template = models.CharField(
        _("审核结果模板ID"), max_length=20, blank=True
    )  # without variables

    # Of the latest SMS that went out or met a fault of these values: a code of haina.sms.errors,
    # and the purpose of which it is.
    checked_at = models.DateTimeField(_("检测时间"), null=True, editable=False)
    fault = models.CharField(max_length=80, blank=True, editable=False)
    fault_purpose = models.CharField(max_length=10, blank=True, editable=False)

    objects = OfAccountQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("短信网关")

    def __str__(self):
        return f"{_('短信网关')} #{self.pk}"

    @property
    def values(self) -> tuple[str, ...]:
        """All that administrators set."""
        return tuple(getattr(self, name) for name in VALUES)


class Message(models.Model):
    """An SMS and what became of it. The phone is a keyed hash and a masked number; what the SMS
    says is not kept."""

    class Purpose(models.TextChoices):
        CODE = "code", _("验证码")
        REVIEW = "review", _("审核提醒")
        RESULT = "result", _("审核结果")

    class State(models.TextChoices):
        ASKED = "asked", _("发送中")  # whoever sent it died before the answer was written
        SENT = "sent", _("已发送")
        RETRY = "retry", _("稍后重试")
        BAD_NUMBER = "number", _("号码无法接收")
        CONFIGURATION = "config", _("设置有误")
        LIMIT = "limit", _("超出限制")

    account = models.ForeignKey(ServiceAccount, models.CASCADE, related_name="sms_messages")
    purpose = models.CharField(_("用途"), max_length=10, choices=Purpose)
    phone_hash = models.BinaryField(max_length=32)
    phone_masked = models.CharField(_("手机号"), max_length=16)
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.ASKED)
    attempts = models.PositiveSmallIntegerField(_("次数"), default=1)
    provider_id = models.CharField(_("流水号"), max_length=64, blank=True)
    code = models.CharField(_("结果"), max_length=80, blank=True)
    asked_at = models.DateTimeField(_("发送时间"), db_index=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True)

    objects = OfAccountQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("短信")
        indexes = [models.Index(fields=["account", "-asked_at"], name="sms_newest_first")]

    def __str__(self):
        return f"{_('短信')} #{self.pk}"


class PhoneCode(models.Model):
    """The latest code that was sent to a phone, until it is used or over. `digest` is the keyed
    hash of account, phone, use and code together."""

    class Use(models.TextChoices):
        APPLICATION = "application", _("住户认证")

    account = models.ForeignKey(ServiceAccount, models.CASCADE, related_name="+")
    use = models.CharField(max_length=12, choices=Use)
    phone_hash = models.BinaryField(max_length=32)
    digest = models.BinaryField(max_length=32)
    tries = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField(db_index=True)

    objects = OfAccountQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "use", "phone_hash"], name="phone_code_latest_only"
            )
        ]

    def __str__(self):
        return f"{_('验证码')} #{self.pk}"
