"""What Tencent Cloud answers for an SMS, and what to do about it: one table for everybody."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from haina.sms.models import Message

State = Message.State
OK = "Ok"
UNREACHABLE = "Unreachable"  # no answer that could be read; no code of Tencent's
CHECK_SECRET = gettext_lazy(
    "SecretId或SecretKey不正确。请到腾讯云「访问管理 → API密钥」核对后重新填写。"
)
NO_PERMISSION = gettext_lazy(
    "这个密钥没有发送短信的权限。请到腾讯云「访问管理」授予短信权限（QcloudSMSFullAccess）。"
)
NO_TEMPLATE = gettext_lazy("短信模板不存在或未通过审核。请到短信控制台核对模板ID和审核状态。")
NO_SIGN = gettext_lazy(
    "短信签名不正确或未通过审核。请填写签名的内容（不是ID），并在短信控制台查看审核状态。"
)
MARKETING = gettext_lazy("这是营销短信的模板。请换成验证码或通知类的模板ID。")
SENSITIVE = gettext_lazy("短信含有敏感词。请到短信控制台修改模板或签名。")
WRONG_CLOCK = gettext_lazy("服务器的时间不准，腾讯云拒绝了请求。请校准服务器时间。")
BAD_PHONE = gettext_lazy("手机号不正确，请核对后重试。")
FOREIGN = gettext_lazy("短信只能发到中国大陆的手机号，请换一个手机号。")
NONE_LEFT = gettext_lazy("腾讯云应用今天的短信数量已用完。请明天再试，或到短信控制台调整频率限制。")
NONE_LEFT_CODES = (
    "LimitExceeded.AppDailyLimit",
    "LimitExceeded.AppMainlandChinaDailyLimit",
    "LimitExceeded.AppGlobalDailyLimit",
    "LimitExceeded.DailyLimit",
)

CODES = {
    State.SENT: {OK: gettext_lazy("短信已发送。")},
    State.RETRY: {
        UNREACHABLE: gettext_lazy("连不上短信服务，请稍后重试。"),
        "InternalError": gettext_lazy("短信服务繁忙，请稍后重试。"),
        "ServiceUnavailable": gettext_lazy("短信服务暂时不可用，请稍后重试。"),
        "RequestLimitExceeded": gettext_lazy("短信请求太频繁，请稍后重试。"),
    },
    State.BAD_NUMBER: {
        "InvalidParameterValue.IncorrectPhoneNumber": BAD_PHONE,
        "FailedOperation.PhoneNumberParseFail": BAD_PHONE,
        "UnsupportedOperation.ChineseMainlandTemplateToGlobalPhone": FOREIGN,
        "UnsupportedOperation.UnsupportedRegion": FOREIGN,
        "LimitExceeded.AppCountryOrRegionInBlacklist": FOREIGN,
        "FailedOperation.PhoneNumberInBlacklist": gettext_lazy(
            "这个手机号退订过短信或在黑名单中。请换一个手机号，或由本人回复短信恢复。"
        ),
    },
    State.LIMIT: {
        "LimitExceeded.PhoneNumberThirtySecondLimit": gettext_lazy("刚刚发送过，请30秒后再试。"),
        "LimitExceeded.PhoneNumberOneHourLimit": gettext_lazy(
            "这个手机号一小时内收到的短信太多，请一小时后再试。"
        ),
        "LimitExceeded.PhoneNumberDailyLimit": gettext_lazy(
            "这个手机号今天收到的短信太多，请明天再试。"
        ),
        "LimitExceeded.PhoneNumberSameContentDailyLimit": gettext_lazy(
            "同样的短信今天已多次发到这个手机号，请明天再试。"
        ),
        "LimitExceeded.DeliveryFrequencyLimit": gettext_lazy("短信发送太频繁，请稍后再试。"),
        **dict.fromkeys(NONE_LEFT_CODES, NONE_LEFT),
        "LimitExceeded": gettext_lazy("超出短信数量限制，请稍后再试。"),
    },
    State.CONFIGURATION: {
        "AuthFailure": CHECK_SECRET,
        "AuthFailure.SignatureExpire": WRONG_CLOCK,
        "AuthFailure.UnauthorizedOperation": NO_PERMISSION,
        "InternalError.RequestTimeException": WRONG_CLOCK,
        "InternalError.SigVerificationFail": CHECK_SECRET,
        "FailedOperation.SignatureIncorrectOrUnapproved": NO_SIGN,
        "FailedOperation.MissingSignature": NO_SIGN,
        "InvalidParameterValue.SignNameLengthTooLong": NO_SIGN,
        "FailedOperation.TemplateIncorrectOrUnapproved": NO_TEMPLATE,
        "FailedOperation.TemplateIdNotExist": NO_TEMPLATE,
        "FailedOperation.TemplateUnapprovedOrNotExist": NO_TEMPLATE,
        "FailedOperation.TemplateParamSetNotMatchApprovedTemplate": gettext_lazy(
            "短信模板的变量数量不对：验证码和审核提醒模板应只有{1}，审核结果模板不含变量。"
            "请更换模板ID。"
        ),
        "FailedOperation.InsufficientBalanceInSmsPackage": gettext_lazy(
            "短信套餐包余量不足。请到腾讯云购买后重试。"
        ),
        "FailedOperation.ContainSensitiveWord": SENSITIVE,
        "InvalidParameter.DirtyWordFound": SENSITIVE,
        "FailedOperation.MarketingSendTimeConstraint": MARKETING,
        "UnauthorizedOperation.IndividualUserMarketingSmsPermissionDeny": MARKETING,
        "UnsupportedOperation.GlobalTemplateToChineseMainlandPhone": gettext_lazy(
            "这是国际/港澳台短信的模板。请换成国内短信的模板ID。"
        ),
        "InvalidParameterValue.TemplateParameterFormatError": gettext_lazy(
            "验证码模板的变量只能是不超过6位的数字。请核对模板类型。"
        ),
        "InvalidParameterValue.TemplateParameterLengthLimit": gettext_lazy(
            "短信模板的变量太长：新账号每个变量不超过6个字。请更换模板。"
        ),
        "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter": gettext_lazy(
            "短信模板的变量不能含网址。请更换模板。"
        ),
        "InvalidParameterValue.SdkAppIdNotExist": gettext_lazy(
            "SDKAppID不存在。请到短信控制台「应用管理」复制后重新填写。"
        ),
        "UnauthorizedOperation.SmsSdkAppIdVerifyFail": gettext_lazy(
            "SDKAppID不属于这个密钥的账号。请核对SDKAppID和SecretId。"
        ),
        "UnauthorizedOperation.RequestIpNotInWhitelist": gettext_lazy(
            "服务器的IP不在短信应用的白名单中。请在短信控制台加入它。"
        ),
        "UnauthorizedOperation.ServiceSuspendDueToArrears": gettext_lazy(
            "腾讯云账号欠费，短信已停用。请充值后重试。"
        ),
        "UnauthorizedOperation.SdkAppIdIsDisabled": gettext_lazy(
            "这个短信应用已被腾讯云停用。请到短信控制台查看原因，或更换SDKAppID。"
        ),
        "UnauthorizedOperation": NO_PERMISSION,
    },
}
# Of haina.sms.limits.
OWN_LIMITS = {
    "sms.phone.moment": gettext_lazy("刚刚发送过，请30秒后再试。"),
    "sms.phone.hour": gettext_lazy("这个手机号一小时内收到的短信太多，请一小时后再试。"),
    "sms.phone.day": gettext_lazy("这个手机号今天收到的短信太多，请明天再试。"),
    "sms.address": gettext_lazy("当前网络发送的短信太多，请一小时后再试，或改用手机流量。"),
    "sms.account": gettext_lazy("今天的短信数量已用完，请明天再试，或联系物业。"),
}
STATES = {code: state for state, codes in CODES.items() for code in codes}
SENTENCES = {code: text for codes in CODES.values() for code, text in codes.items()}


class NotSent(Exception):
    """The SMS was not sent. `str()` tells whoever waits for it what to do: a visitor, who knows
    nothing of gateways. Administrators are told by `sentence`."""

    def __str__(self):
        return _("暂时无法发送短信，请联系物业。")


class NotSetUp(NotSent):
    """The account has no gateway, or none with a template for this purpose."""


class TooMany(NotSent):
    """One of our own limits is reached; nothing was sent."""

    def __init__(self, limit: str) -> None:
        super().__init__(limit)
        self.limit = limit

    def __str__(self):
        return str(OWN_LIMITS[self.limit])


class Refused(NotSent):
    """The gateway did not take it; `state` says whether to retry, and whose fault it is."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code, self.state = code, state_of(code)

    def __str__(self):
        if known(self.code) in NONE_LEFT_CODES:
            return str(OWN_LIMITS["sms.account"])
        return super().__str__() if self.state == State.CONFIGURATION else sentence(self.code)


def known(code: str) -> str:
    """The code of the table that speaks for this one: itself, or its family's."""
    return code if code in STATES else code.partition(".")[0]


def state_of(code: str) -> Message.State:
    """What nobody has heard of is nothing that a repetition would mend."""
    return STATES.get(known(code), State.CONFIGURATION)


def sentence(code: str) -> str:
    """What is wrong and what to do. Also of a code that was stored."""
    if known(code) in SENTENCES:
        return str(SENTENCES[known(code)])
    return _("短信服务返回 %s。请核对短信设置，或联系海纳小助手。") % code


def explained(code: str) -> str:
    """The sentence for administrators with Tencent's own code, by which its support finds it."""
    told = sentence(code)
    return told if code == UNREACHABLE or code in told else f"{told} ({code})"
