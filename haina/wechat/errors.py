"""What WeChat refuses, and what to do about it: one table for everybody. WeCom has its own, of the
same kinds (haina.wechat.corp.errors).

An exception holds a code, a detail and the rid under which WeChat finds the call again. Of WeChat's
own text nothing is kept but what is known to be harmless, since it may repeat what was sent.
"""

import ipaddress
import re
from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# There was no answer that could be read; no code of WeChat's. The detail is the kind of fault then.
UNREACHABLE = -9
TOKEN_REFUSED = frozenset({40001, 40014, 42001})


class WeChatRefused(Exception):
    """WeChat did not do what it was asked. `str()` is the sentence for whoever asked."""

    def __init__(
        self, code: int, detail: str = "", rid: str = "", table: "Table | None" = None
    ) -> None:
        super().__init__(code, detail, rid)
        self.code, self.detail, self.rid = code, detail, rid
        self.table = table or OFFICIAL

    def __str__(self) -> str:
        return self.table.sentence(self.code, self.detail)


class AccountRefused(WeChatRefused):
    """Something about the account is not set up: for its administrators, and not to be retried."""


class RecipientGone(WeChatRefused):
    """This recipient is not to be had: no follower any more, blocked, or of another account."""


class LimitReached(WeChatRefused):
    """Enough for today: not to be retried on the same day."""


class Busy(WeChatRefused):
    """Nobody's fault: to be retried later."""


class BadArgument(WeChatRefused):
    """WeChat does not take this value: the same again would be refused again."""


# With these the next call would fare no better, whomever it is about.
NOBODYS_FAULT = (AccountRefused, LimitReached, Busy)


CODES = {
    AccountRefused: {
        40001: gettext_lazy("微信不接受访问凭证。请检查AppSecret是否已重置，然后重新检测连接。"),
        40013: gettext_lazy("AppID不正确。请到微信公众平台「基本配置」复制后重新填写。"),
        40014: gettext_lazy("微信不接受访问凭证。请重新检测连接。"),
        40036: gettext_lazy("模板ID的长度不正确。请在公众号设置中重新选择模板。"),
        40037: gettext_lazy("公众号里没有这个模板，它可能已被删除。请在公众号设置中重新选择模板。"),
        40125: gettext_lazy("AppSecret不正确。请到微信公众平台「基本配置」重置后重新填写。"),
        40164: gettext_lazy(
            "服务器的IP %(detail)s 不在公众号的IP白名单中。请在微信公众平台「基本配置 → IP白名单」"
            "中加入它，几分钟后再检测。"
        ),
        40243: gettext_lazy("AppSecret已被冻结。请到微信公众平台「基本配置」解冻。"),
        41002: gettext_lazy("缺少AppID。请重新填写公众号设置。"),
        41004: gettext_lazy("缺少AppSecret。请重新填写公众号设置。"),
        42001: gettext_lazy("微信不接受访问凭证。请重新检测连接。"),
        43106: gettext_lazy("公众号发送模板消息的能力被微信限制。请到微信公众平台查看通知。"),
        47003: gettext_lazy("模板字段 %(detail)s 的内容不符合微信的要求。请检查模板的字段对应。"),
        48001: gettext_lazy("公众号没有调用这个接口的权限。请确认它是已认证的服务号。"),
        48004: gettext_lazy("公众号的接口权限被微信封禁。请到微信公众平台查看通知。"),
        50004: gettext_lazy("公众号已被微信禁用。请到微信公众平台查看通知。"),
        50007: gettext_lazy("公众号已被微信屏蔽。请到微信公众平台查看通知。"),
        89501: gettext_lazy("服务器的IP正在等待公众号管理员确认。请管理员在微信中确认后再检测。"),
        89503: gettext_lazy("这次调用需要公众号管理员确认。请管理员在微信中确认后再检测。"),
        89504: gettext_lazy("这次调用需要公众号管理员确认。请管理员在微信中确认后再检测。"),
        89505: gettext_lazy("公众号管理员还没有确认这次调用。请在微信中确认后再检测。"),
        89506: gettext_lazy("公众号管理员两次拒绝了这个IP，请24小时后再检测。"),
        89507: gettext_lazy("公众号管理员拒绝了这个IP，请1小时后再检测。"),
    },
    RecipientGone: {
        40003: gettext_lazy("微信没有这个用户，或用户属于其他公众号。"),
        43004: gettext_lazy("用户没有关注公众号。"),
        43019: gettext_lazy("用户在公众号的黑名单中。"),
        50005: gettext_lazy("用户没有关注公众号。"),
    },
    LimitReached: {
        45009: gettext_lazy("今天的调用次数已用完，请明天再试。"),
    },
    Busy: {
        UNREACHABLE: gettext_lazy("连不上微信服务器，请稍后重试。"),
        -1: gettext_lazy("微信系统繁忙，请稍后重试。"),
        45011: gettext_lazy("调用太频繁，请一分钟后重试。"),
    },
    BadArgument: {
        40029: gettext_lazy("微信授权已失效，请重新打开页面。"),
        40031: gettext_lazy("微信不接受这批用户。"),
        40032: gettext_lazy("一次提交的用户太多或太少。"),
        40053: gettext_lazy("微信不接受二维码的参数，或二维码已达上限。"),
        40092: gettext_lazy("微信不接受这个备注名：它不能超过30个字节（10个汉字）。"),
        40163: gettext_lazy("微信授权已使用过，请重新打开页面。"),
        41008: gettext_lazy("缺少微信授权，请重新打开页面。"),
        42003: gettext_lazy("微信授权已过期，请重新打开页面。"),
        45056: gettext_lazy("公众号最多有100个标签，请先删除不用的标签。"),
        45057: gettext_lazy("标签下的用户超过10万人，微信不允许删除。请先取消部分用户的标签。"),
        45058: gettext_lazy("微信自带的标签不能修改或删除。"),
        45059: gettext_lazy("用户的标签已达20个，请先取消其中一些。"),
        45157: gettext_lazy("公众号里已有同名标签，或标签名含微信不允许的内容。"),
        45158: gettext_lazy("标签名太长，微信最多接受30个字节（10个汉字）。"),
        45159: gettext_lazy("公众号里没有这个标签，它可能已在微信公众平台被删除。"),
        47001: gettext_lazy("微信读不懂提交的内容。"),
        49003: gettext_lazy("用户不属于这个公众号。"),
        87014: gettext_lazy("内容含有微信不允许的文字，请修改。"),
    },
}
# Of AccountRefused these are about one permission, or about one template or message, which says
# nothing of the next; with the others no other call would fare better.
OF_PERMISSION = frozenset({43106, 48001})
OF_MESSAGE = frozenset({40036, 40037, 47003})

RID = re.compile(r"\brid: ?([0-9a-f]{6,10}-[0-9a-f]{6,10}-[0-9a-f]{6,10})\b")
FIELD = re.compile(r"\bdata\.([a-z_]{1,20}\d{1,3})\b")
WORD = re.compile(r"[0-9a-fA-F.:]+")


class Table:
    """What the codes of one API mean. After those of the account no other call with the same token
    is made for a while; after those of a permission none of the same endpoint."""

    def __init__(
        self,
        codes: Mapping[type[WeChatRefused], Mapping[int, str]],
        *,
        token_refused: Collection[int] = TOKEN_REFUSED,
        of_permission: Collection[int] = (),
        of_one: Collection[int] = (),
    ) -> None:
        self.kinds = {code: kind for kind, known in codes.items() for code in known}
        self.sentences = {code: text for known in codes.values() for code, text in known.items()}
        self.token_refused, self.of_permission = frozenset(token_refused), frozenset(of_permission)
        others = self.token_refused | self.of_permission | frozenset(of_one)
        self.of_account = frozenset(codes.get(AccountRefused, ())) - others

    def sentence(self, code: int, detail: str = "") -> str:
        """What is wrong and what to do. Also of a code and a detail that were stored."""
        if code not in self.sentences:
            return self.unknown(code)
        text = str(self.sentences[code])
        return text % {"detail": detail} if detail else text.replace(" %(detail)s ", "")

    def unknown(self, code: int) -> str:
        return _("微信返回错误码 %d。请稍后重试，或联系海纳小助手。") % code

    def refusal(self, code: int, message: str = "") -> WeChatRefused:
        """The exception for an errcode and WeChat's text beside it."""
        return self.made(code, self.detail_of(code, message), self.rid_of(message))

    def remembered(self, code: int, detail: str) -> WeChatRefused:
        """The exception for what WeChat said a moment ago."""
        return self.made(code, detail)

    def unreachable(self, fault: str) -> WeChatRefused:
        """The exception for no answer, or one that cannot be read."""
        return self.made(UNREACHABLE, fault)

    def made(self, code: int, detail: str, rid: str = "") -> WeChatRefused:
        return self.kinds.get(code, WeChatRefused)(code, detail, rid, self)

    def detail_of(self, code: int, message: str) -> str:
        """What the sentence of a code wants to know of WeChat's text: an address, or a field's
        name."""
        if code == 40164:
            return address_in(message)
        if code == 47003 and (field := FIELD.search(message)):
            return field[1]
        return ""

    def rid_of(self, message: str) -> str:
        rid = RID.search(message)
        return rid[1] if rid else ""

    def read(self, reader, answer):
        """What the reader makes of an answer; one in which something is missing is none."""
        try:
            return reader(answer)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            fault = type(error).__name__
        raise self.unreachable(fault)


def address_in(message: str) -> str:
    return next(filter(is_address, WORD.findall(message)), "")


def is_address(word: str) -> bool:
    try:
        ipaddress.ip_address(word)
    except ValueError:
        return False
    return True


OFFICIAL = Table(CODES, of_permission=OF_PERMISSION, of_one=OF_MESSAGE)
KINDS, SENTENCES = OFFICIAL.kinds, OFFICIAL.sentences
sentence, refusal, remembered = OFFICIAL.sentence, OFFICIAL.refusal, OFFICIAL.remembered
unreachable = OFFICIAL.unreachable
