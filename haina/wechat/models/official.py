"""The WeChat service account of an account: its connection, what it posts, what it was asked."""

import secrets
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from haina.accounts.models import ServiceAccount
from haina.accounts.scope import OfAccountQuerySet, ScopedQuerySet
from haina.lib.encryption import EncryptedTextField
from haina.wechat.models.posted import Posted, PostedQuerySet


def unguessable() -> str:
    return secrets.token_urlsafe(24)


class BehindConnectionQuerySet(ScopedQuerySet):
    account_path = "connection__account"
    community_path = None


class CallbackQuerySet(PostedQuerySet):
    account_path = "connection__account"

    def in_turn(self, now: datetime) -> Self:
        """Those that are due, and of each person none before an earlier one was tried: one that
        fails holds the others back until its first repetition, no longer."""
        earlier = Callback.objects.filter(
            Q(sent_at__lt=OuterRef("sent_at"))
            | Q(sent_at=OuterRef("sent_at"), pk__lt=OuterRef("pk")),
            connection=OuterRef("connection"),
            openid=OuterRef("openid"),
            state=Callback.State.WAITING,
            attempt__lte=1,
        )
        return self.due(now).exclude(Exists(earlier))


class Connection(models.Model):
    """公众号设置: how an account reaches its WeChat service account, and how WeChat reaches it.

    The secrets are written and never shown. `door` is the unguessable part of the address to which
    WeChat posts its messages."""

    account = models.OneToOneField(ServiceAccount, models.CASCADE, related_name="wechat")
    app_id = models.CharField("AppID", max_length=32, unique=True)
    secret = EncryptedTextField("AppSecret")
    token = EncryptedTextField("Token", blank=True)
    aes_key = EncryptedTextField("EncodingAESKey", blank=True)
    # For a day messages that were under way when the key was changed are read with the one before.
    former_aes_key = EncryptedTextField(blank=True, editable=False)
    aes_key_changed_at = models.DateTimeField(null=True, editable=False)
    door = models.CharField(max_length=40, unique=True, default=unguessable, editable=False)

    verified_at = models.DateTimeField(_("回调地址验证时间"), null=True, editable=False)
    connected_at = models.DateTimeField(_("接入时间"), null=True, editable=False)
    checked_at = models.DateTimeField(_("检测时间"), null=True, editable=False)
    # Of the latest check: WeChat's errcode, and what its sentence needs to know (an address).
    fault = models.IntegerField(null=True, editable=False)
    fault_detail = models.CharField(max_length=200, blank=True, editable=False)

    objects = OfAccountQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("公众号")

    def __str__(self):
        return f"{_('公众号')} #{self.pk}"


class Template(models.Model):
    """Which template message of the account serves a purpose of ours, and how its fields are
    filled: {"thing1": "community", ...}, WeChat's field to ours."""

    class Purpose(models.TextChoices):
        REVIEW = "review", _("住户审核提醒")
        DECISION = "decision", _("审核结果通知")

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="templates")
    purpose = models.CharField(_("用途"), max_length=10, choices=Purpose)
    template_id = models.CharField(_("模板ID"), max_length=64)
    title = models.CharField(_("模板标题"), max_length=64)
    content = models.TextField(_("模板内容"))
    fields = models.JSONField(_("字段对应"), default=dict)

    objects = BehindConnectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("模板消息")
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "purpose"], name="template_once_per_purpose"
            )
        ]

    def __str__(self):
        return f"{_('模板消息')} #{self.pk}"


class Callback(Posted):
    """A message or event that WeChat posted to an account."""

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="callbacks")
    key = models.CharField(max_length=160)
    openid = models.CharField(max_length=64)

    objects = CallbackQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("微信推送")
        constraints = [models.UniqueConstraint(fields=["connection", "key"], name="callback_once")]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="callback_waiting"),
            models.Index(
                fields=["connection", "openid", "sent_at"],
                condition=Q(state="waiting"),
                name="callback_in_turn",
            ),
            models.Index(fields=["received_at"], name="callback_age"),
        ]

    def __str__(self):
        return f"{_('微信推送')} #{self.pk}"

    @property
    def account_id(self) -> int:
        return self.connection.account_id


class Trial(models.Model):
    """A test message that WeChat accepted. How it ends is nothing that a resident was told."""

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="+")
    number = models.CharField(max_length=64)  # WeChat's
    at = models.DateTimeField(db_index=True)

    objects = BehindConnectionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "number"], name="trial_once")]

    def __str__(self):
        return f"{self.number} #{self.pk}"


class OAuthState(models.Model):
    """A way to WeChat's consent page and back: bound to one browser session, gone once used.
    `digest` is the keyed hash of the state, `session` that of the session's own secret."""

    digest = models.BinaryField(max_length=32, unique=True)
    session = models.BinaryField(max_length=32)
    connection = models.ForeignKey(Connection, models.CASCADE, related_name="+")
    asks_profile = models.BooleanField(default=False)  # snsapi_userinfo instead of snsapi_base
    path = EncryptedTextField()  # where to go afterwards; that of an invitation has its token
    expires_at = models.DateTimeField(db_index=True)

    objects = BehindConnectionQuerySet.as_manager()

    def __str__(self):
        return f"OAuth #{self.pk}"


class Call(models.Model):
    """A call to WeChat or WeCom, kept for 30 days for whoever runs the installation. No token, no
    body."""

    connection = models.ForeignKey(Connection, models.CASCADE, null=True, related_name="calls")
    corp = models.ForeignKey("Corp", models.CASCADE, null=True, related_name="calls")
    endpoint = models.CharField(_("接口"), max_length=80)
    errcode = models.IntegerField(_("错误码"), null=True)  # null: no answer that could be read
    fault = models.CharField(_("故障"), max_length=80, blank=True)  # the name of the exception then
    rid = models.CharField("rid", max_length=64, blank=True)
    milliseconds = models.PositiveIntegerField(_("毫秒"))
    at = models.DateTimeField(_("时间"), db_index=True)

    objects = BehindConnectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("微信接口调用")
        indexes = [
            models.Index(fields=["connection", "-at"], name="call_newest_first"),
            models.Index(fields=["corp", "-at"], name="call_of_corp_newest_first"),
        ]

    def __str__(self):
        return f"{self.endpoint} #{self.pk}"

    @property
    def account_id(self) -> int | None:
        """Null of a call of the suite's own."""
        of = self.connection or self.corp
        return of and of.account_id
