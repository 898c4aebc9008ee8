"""Why a message did not arrive, as a row keeps it, and the sentence for whoever asks."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from haina.sms import errors as sms
from haina.wechat import errors as wechat
from haina.wechat.errors import WeChatRefused

NOT_CONNECTED, NO_TEMPLATE, NOT_BOUND = "not connected", "no template", "not bound"
REFUSES_US, LOST = "refuses us", "lost"
NO_ANSWER, TOO_MANY, GIVEN_UP, OUTDATED = "no answer", "too many", "given up", "outdated"
CAPPED, MERGED, NO_SMS, NO_PHONE = "capped", "merged", "no sms", "no phone"

SENTENCES = {
    NOT_CONNECTED: gettext_lazy("公众号还没有接入。"),
    NO_TEMPLATE: gettext_lazy("公众号设置中还没有选择这种通知的模板。"),
    NOT_BOUND: gettext_lazy("没有关联微信。"),
    REFUSES_US: gettext_lazy("用户拒收了公众号的消息。"),
    LOST: gettext_lazy("微信没有送达。"),
    NO_ANSWER: gettext_lazy("短信已提交，但没有收到短信服务的答复，不知是否送达。"),
    TOO_MANY: gettext_lazy("发送太频繁。"),
    GIVEN_UP: gettext_lazy("多次尝试仍未成功。"),
    OUTDATED: gettext_lazy("情况已变化，不再需要通知。"),
    CAPPED: gettext_lazy("本月的短信提醒已达上限。"),
    NO_SMS: gettext_lazy("短信设置中还没有这种短信的模板。"),
    NO_PHONE: gettext_lazy("没有登记手机号。"),
    MERGED: gettext_lazy("已并入之后的一条提醒。"),
}


def fault_of(refusal: WeChatRefused) -> str:
    """40164 1.2.3.4: WeChat's code, and what its sentence needs to know."""
    return f"{refusal.code} {refusal.detail}".strip()[:80]


def sentence(fault: str) -> str:
    """What is wrong and, where somebody can do something, what."""
    code, _space, detail = fault.partition(" ")
    if fault in SENTENCES:
        return str(SENTENCES[fault])
    if code.lstrip("-").isdecimal():
        return wechat.sentence(int(code), detail)
    return sms.sentence(fault) if fault else _("原因未知。")
