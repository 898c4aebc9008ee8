"""The WeCom corp (企业微信) of an account, and what WeCom posts to us."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from haina.accounts.models import ServiceAccount
from haina.accounts.scope import OfAccountQuerySet
from haina.lib.encryption import EncryptedTextField
from haina.wechat.models.official import unguessable
from haina.wechat.models.posted import Posted, PostedQuerySet


class ConnectedCorps(models.Manager.from_queryset(OfAccountQuerySet)):
    def get_queryset(self):
        return super().get_queryset().filter(connected_at__isnull=False)


class CorpCallbackQuerySet(PostedQuerySet):
    account_path = "corp__account"


class Corp(models.Model):
    """关联企业: which corp an account's staff are mirrored to, and how it is reached. One corp, one
    account. `objects` are the connected ones; cancelling deletes the row, tokens included. What was
    entered and has not passed 检测连接 yet is only in `entered`, and keeps nobody from anything.

    The secrets are written and never shown. `door` is the unguessable part of the address to which
    WeCom posts changes of contacts."""

    class Way(models.TextChoices):
        APP = "app", _("自建应用")  # corpid, 通讯录同步 secret, app secret, agentid
        SUITE = "suite", _("第三方应用")  # permanent_code

    account = models.OneToOneField(ServiceAccount, models.CASCADE, related_name="+")
    corp_id = models.CharField("CorpID", max_length=64)
    name = models.CharField(_("企业名称"), max_length=100, blank=True)
    way = models.CharField(_("关联方式"), max_length=5, choices=Way)
    contacts_secret = EncryptedTextField(_("通讯录同步Secret"), blank=True)
    app_secret = EncryptedTextField(_("应用Secret"), blank=True)
    agent_id = models.PositiveBigIntegerField("AgentId", null=True)
    permanent_code = EncryptedTextField(blank=True, editable=False)
    # How many people WeCom lets the corp have: null is the setting WECOM_USER_LIMIT.
    user_limit = models.PositiveIntegerField(_("人数上限"), null=True, blank=True)

    token = EncryptedTextField("Token", blank=True)
    aes_key = EncryptedTextField("EncodingAESKey", blank=True)
    door = models.CharField(max_length=40, unique=True, default=unguessable, editable=False)
    verified_at = models.DateTimeField(_("回调地址验证时间"), null=True, editable=False)

    connected_at = models.DateTimeField(_("关联时间"), null=True, editable=False)
    checked_at = models.DateTimeField(_("检测时间"), null=True, editable=False)
    # Of the latest check: WeCom's errcode, and what its sentence needs to know (an address).
    fault = models.IntegerField(null=True, editable=False)
    fault_detail = models.CharField(max_length=200, blank=True, editable=False)

    entered = OfAccountQuerySet.as_manager()
    objects = ConnectedCorps()

    class Meta:
        verbose_name = verbose_name_plural = _("企业微信")
        constraints = [
            models.UniqueConstraint(
                fields=["corp_id"], condition=Q(connected_at__isnull=False), name="corp_once"
            )
        ]

    def __str__(self):
        return f"{_('企业微信')} #{self.pk}"


class SuiteTicket(models.Model):
    """The latest ticket that WeCom pushed for a suite, which proves that we are its provider."""

    suite_id = models.CharField(max_length=64, unique=True)
    ticket = EncryptedTextField()
    at = models.DateTimeField()  # when WeCom sent it; it holds for half an hour

    def __str__(self):
        return f"{self.suite_id} #{self.pk}"


class CorpCallback(Posted):
    """An event of a corp, or a command of the suite (`corp` is null then)."""

    corp = models.ForeignKey(Corp, models.CASCADE, null=True, related_name="callbacks")
    key = models.CharField(max_length=200, unique=True)

    objects = CorpCallbackQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("企业微信推送")
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(state="waiting"), name="corp_callback_waiting"
            ),
            models.Index(fields=["received_at"], name="corp_callback_age"),
        ]

    def __str__(self):
        return f"{_('企业微信推送')} #{self.pk}"

    @property
    def account_id(self) -> int | None:
        """Null of a command of the suite."""
        return self.corp and self.corp.account_id
