"""What became of a template message. WeChat accepts it first, and posts how it ended later, as
TEMPLATESENDJOBFINISH: the row in the inbox is all that is kept of it."""

import json
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from haina.accounts.scope import Scope
from haina.wechat.inbox import key_of_numbered, text_of
from haina.wechat.models import Callback, Trial

FINISHED = "TEMPLATESENDJOBFINISH"


class Outcome(TextChoices):
    """WeChat's word for it, and the sentence for whoever sent the message."""

    SUCCESS = "success", _("测试消息已送达。")
    BLOCKED = (
        "failed:user block",
        _("测试消息没有送达：该用户已拒收公众号的消息。请让他在微信中重新接收，或换一位用户测试。"),
    )
    FAILED = "failed: system failed", _("测试消息没有送达：微信系统发送失败，请稍后重试。")


def outcome_of(msgid: int, scope: Scope) -> Outcome | None:
    """How a message of the account ended; None while WeChat has not said it."""
    key = key_of_numbered(FINISHED, str(msgid))
    finished = Callback.objects.within(scope).filter(kind=FINISHED, key=key).first()
    if finished is None:
        return None
    status = text_of(json.loads(finished.content), "Status")
    return Outcome(status) if status in Outcome.values else Outcome.FAILED


def forget(now: datetime) -> int:
    """Remove what is known of tests whose outcome is forgotten, too."""
    oldest = now - timedelta(days=settings.CALLBACK_DAYS)
    return Trial.objects.filter(at__lt=oldest).delete()[0]
