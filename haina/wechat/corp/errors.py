"""What WeCom (企业微信) refuses, and what to do about it: its own table, of the same kinds.

AccountRefused and Busy would befall the next call as well; BadArgument is about one person, one
department or one value, and the next may go on. Below -9 are findings of our own.

A corp is called with more than one secret, and each has its own settings in WeCom's console: where
a sentence has to say which, the detail begins with its name here ("app 203.0.113.7").
"""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from haina.wechat.errors import UNREACHABLE, AccountRefused, BadArgument, Busy, Table, address_in

CONTACTS, APP, SUITE = HOLDERS = "contacts", "app", "suite"
NAMES = {
    CONTACTS: gettext_lazy("通讯录同步"),
    APP: gettext_lazy("自建应用"),
    SUITE: gettext_lazy("第三方应用"),
}

# WeCom's codes on which others act.
FORBIDDEN, OTHER_AGENT, UNKNOWN_AGENT = 48002, 301002, 40056
NO_SUCH_MEMBER, NOT_VISIBLE, MEMBER_EXISTS, PHONE_EXISTS, FULL = 60111, 60021, 60102, 60104, 45024
NOBODY_HAS_IT = 46004  # of user/getuserid
# Our own: of checks, and of what the suite lacks.
NARROW_SCOPE, SWAPPED, READ_ONLY, NO_TICKET, OLD_TICKET, TAKEN = -10, -11, -12, -13, -14, -15
NOT_CONTACTS, NOT_APP = -16, -17
WARNINGS = frozenset({NARROW_SCOPE})  # it works, but not for everybody

CODES = {
    AccountRefused: {
        40001: gettext_lazy(
            "%(holder)s的Secret不正确。请到企业微信管理后台重新查看并复制，然后重新填写。"
        ),
        40013: gettext_lazy(
            "CorpID（企业ID）不正确。请到企业微信管理后台「我的企业 → 企业信息」复制后重新填写。"
        ),
        40014: gettext_lazy("企业微信不接受访问凭证。请重新检测连接。"),
        40056: gettext_lazy(
            "企业里没有这个AgentId的应用。请到「应用管理」打开自建应用，复制AgentId后重新填写。"
        ),
        40084: gettext_lazy("企业的授权已失效。请重新前往授权关联。"),
        40091: gettext_lazy(
            "%(holder)s的Secret不正确。请到企业微信管理后台重新查看并复制，然后重新填写。"
        ),
        42001: gettext_lazy("企业微信不接受访问凭证。请重新检测连接。"),
        45029: gettext_lazy("一个部门的成员太多，企业微信不能一次返回。请把它分成几个部门。"),
        48002: gettext_lazy(
            "%(holder)s没有调用这个接口的权限。请在「管理工具 → 通讯录同步」开启API接口同步，"
            "权限选择“API编辑通讯录”。"
        ),
        48004: gettext_lazy("企业已取消授权，或授权已失效。请重新前往授权关联。"),
        48006: gettext_lazy("接口权限因长期未使用被企业微信收回。请到企业微信管理后台重新开启。"),
        48008: gettext_lazy("企业微信不允许第三方应用调用这个接口。请改用自建应用的方式关联。"),
        48009: gettext_lazy(
            "企业微信不允许用通讯录同步的Secret读取资料。请检查自建应用的Secret和AgentId。"
        ),
        50003: gettext_lazy("%(holder)s已被停用。请到企业微信管理后台「应用管理」启用后再检测。"),
        60020: gettext_lazy(
            "服务器的IP %(detail)s 不在%(holder)s的企业可信IP中。"
            "请在企业微信管理后台打开%(holder)s，在“企业可信IP”中加入它，然后再检测。"
        ),
        301002: gettext_lazy("AgentId与应用的Secret不属于同一个应用。请从同一个应用的页面复制。"),
        NARROW_SCOPE: gettext_lazy(
            "可见范围没有包含企业最顶级部门，范围外的部门和员工读不到、同步不了。"
            "请在企业微信管理后台打开这个应用，在“可见范围”中勾选企业最顶级部门，然后再检测。"
        ),
        SWAPPED: gettext_lazy(
            "两个Secret填反了：“通讯录同步Secret”里是自建应用的，“应用Secret”里是通讯录同步的。"
            "请互换后重新填写。"
        ),
        NOT_CONTACTS: gettext_lazy(
            "“通讯录同步Secret”不是通讯录同步的。请到「管理工具 → 通讯录同步」开启API接口同步，"
            "权限选择“API编辑通讯录”，复制那里的Secret后重新填写。"
        ),
        NOT_APP: gettext_lazy(
            "“应用Secret”不是自建应用的。请到「应用管理」打开自建应用，复制那里的Secret后重新填写。"
        ),
        TAKEN: gettext_lazy(
            "该企业微信已关联其他服务号，不可重复授权。如需更换，请联系海纳小助手取消原来的关联。"
        ),
        READ_ONLY: gettext_lazy(
            "企业没有授权编辑通讯录，只能读取。请重新前往授权关联，并点击“授权通讯录管理”。"
        ),
    },
    Busy: {
        UNREACHABLE: gettext_lazy("连不上企业微信服务器，请稍后重试。"),
        -1: gettext_lazy("企业微信系统繁忙，请稍后重试。"),
        45009: gettext_lazy("调用企业微信的次数已达上限，稍后会自动继续。"),
        45033: gettext_lazy("同时调用企业微信的请求太多，稍后会自动继续。"),
    },
    BadArgument: {
        40003: gettext_lazy("企业微信不接受这个UserID。"),
        40031: gettext_lazy("这批成员中有企业微信里没有的人，企业微信一个也没有删除。"),
        40032: gettext_lazy("一次提交的成员太多。"),
        40058: gettext_lazy("企业微信不接受其中一项内容。请检查职位和地址是否太长或含特殊字符。"),
        45024: gettext_lazy(
            "企业微信的人数已达上限，不能再增加成员。请删除不用的成员，或在企业微信管理后台认证、扩容。"
        ),
        46004: gettext_lazy("企业微信里没有这名成员。"),
        60001: gettext_lazy("部门名称为空，或超过64个字。"),
        60002: gettext_lazy("部门层级太深，企业微信最多15级。"),
        60003: gettext_lazy("企业微信里没有这个部门，它可能已被删除。"),
        60004: gettext_lazy("企业微信里没有上级部门，它可能已被删除。"),
        60005: gettext_lazy("部门里还有成员，企业微信不允许删除。"),
        60006: gettext_lazy("部门下还有部门，企业微信不允许删除。"),
        60007: gettext_lazy("最顶级部门不能删除。"),
        60008: gettext_lazy("同一上级部门下已有同名的部门。请把其中一个改名，再重试。"),
        60009: gettext_lazy('部门名称含有企业微信不允许的字符 \\ : * ? " < > |。'),
        60010: gettext_lazy("部门不能移到自己的下级部门里。"),
        60011: gettext_lazy("没有权限读写这名成员或部门。请检查企业授权的可见范围和通讯录权限。"),
        60021: gettext_lazy("成员不在应用的可见范围内。请在企业微信管理后台扩大可见范围。"),
        60102: gettext_lazy("UserID已被企业微信里的另一名成员使用。"),
        60103: gettext_lazy("企业微信不接受这个手机号，请检查是否正确。"),
        60104: gettext_lazy("手机号已被企业微信里的另一名成员使用。请核对，或先修改那名成员。"),
        60105: gettext_lazy("企业微信不接受成员的邮箱。"),
        60106: gettext_lazy("邮箱已被企业微信里的另一名成员使用。"),
        60110: gettext_lazy("所属部门太多，企业微信不接受。"),
        60111: gettext_lazy("企业微信里没有这名成员，可能已被删除。"),
        60112: gettext_lazy("企业微信不接受这个姓名。姓名为1到64个字。"),
        60123: gettext_lazy("所属部门在企业微信里不存在，可能已被删除。请重新同步。"),
        60124: gettext_lazy("上级部门在企业微信里不存在，可能已被删除。请重新同步。"),
        60125: gettext_lazy("企业微信不接受这个部门名称。"),
        60127: gettext_lazy("成员至少要属于一个部门。"),
        60129: gettext_lazy("没有手机号，企业微信不能添加这名成员。请补全手机号。"),
        60132: gettext_lazy("企业微信不接受成员的部门负责人设置。"),
        301005: gettext_lazy("这是企业的创建者，企业微信不允许删除。"),
        301036: gettext_lazy("企业微信不允许再修改这名成员的UserID。"),
    },
}
# Of a third party's suite: what its own token, and the steps of an installation, are refused for.
OF_SUITE = {
    AccountRefused: {
        40080: gettext_lazy("第三方应用的Secret不正确。请联系海纳小助手。"),
        40083: gettext_lazy("第三方应用的SuiteID不正确。请联系海纳小助手。"),
        40084: CODES[AccountRefused][40084],
        48003: gettext_lazy("第三方应用没有被授权。请联系海纳小助手。"),
        48004: CODES[AccountRefused][48004],
        60020: CODES[AccountRefused][60020],
    },
    Busy: {
        **CODES[Busy],
        40082: gettext_lazy("企业微信不接受第三方应用的访问凭证，请稍后重试。"),
        40085: gettext_lazy("企业微信推送的凭证（suite_ticket）已失效，请十分钟后重试。"),
        42009: gettext_lazy("企业微信不接受第三方应用的访问凭证，请稍后重试。"),
        NO_TICKET: gettext_lazy(
            "还没有收到企业微信推送的凭证（suite_ticket），它每十分钟推送一次。"
            "请十分钟后重试；仍不行请联系海纳小助手。"
        ),
        OLD_TICKET: gettext_lazy(
            "企业微信推送的凭证（suite_ticket）已超过半小时，不能使用。"
            "请稍后重试；仍不行请联系海纳小助手。"
        ),
    },
    BadArgument: {
        40078: gettext_lazy("授权码不正确、已使用过或已超过10分钟。请重新前往授权关联。"),
        40079: gettext_lazy("预授权码不正确。请重新前往授权关联。"),
        42007: gettext_lazy("预授权码已过期。请重新前往授权关联。"),
    },
}
# What a suite is told to do differs.
FOR_SUITE = {
    48002: gettext_lazy(
        "第三方应用没有这项权限，需要企业授权“通讯录编辑”。请重新前往授权关联并勾选全部。"
    ),
    60020: gettext_lazy("服务器的IP %(detail)s 不在第三方应用的IP白名单中。请联系海纳小助手。"),
}

HINT = re.compile(r"\bhint: ?\[(\d{1,40})\]")
NAMED = frozenset({40001, 40091, 48002, 50003, 60020})


class CorpTable(Table):
    """The codes as one secret of a corp meets them."""

    def __init__(self, holder: str, codes=CODES, **sets) -> None:
        super().__init__(codes, **sets)
        self.holder = holder

    def sentence(self, code: int, detail: str = "") -> str:
        if code not in NAMED or code not in self.sentences:
            return super().sentence(code, detail)
        holder, _space, rest = detail.partition(" ")
        if holder not in NAMES:
            holder, rest = self.holder, detail
        text = FOR_SUITE.get(code) if holder == SUITE else None
        text = str(text or self.sentences[code]).replace("%(holder)s", str(NAMES[holder]))
        return text % {"detail": rest} if rest else text.replace(" %(detail)s ", "")

    def unknown(self, code: int) -> str:
        return _("企业微信返回错误码 %d。请稍后重试，或联系海纳小助手。") % code

    def detail_of(self, code: int, message: str) -> str:
        if code not in NAMED:
            return ""
        address = address_in(message) if code == 60020 else ""
        return f"{self.holder} {address}".strip()

    def rid_of(self, message: str) -> str:
        """WeCom's word for it is a hint."""
        hint = HINT.search(message)
        return hint[1] if hint else ""


OF_PERMISSION = frozenset({48002, 48006, 48008, 48009, 301002, 40056})
OF_ONE = frozenset({45029, NARROW_SCOPE, SWAPPED, READ_ONLY, NOT_CONTACTS, NOT_APP, TAKEN})
TABLES = {each: CorpTable(each, of_permission=OF_PERMISSION, of_one=OF_ONE) for each in HOLDERS}
# What one corp is refused must not stop the suite's calls for the others.
PROVIDER = CorpTable(SUITE, OF_SUITE, token_refused={40082, 42009}, of_one={40084, 48003, 48004})
_EVERY = CorpTable(APP, {kind: CODES[kind] | OF_SUITE[kind] for kind in CODES})
# What is wrong and what to do, of a code and a detail that were stored.
sentence = _EVERY.sentence
