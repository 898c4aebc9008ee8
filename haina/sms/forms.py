from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from haina.lib.fields import AS_IT_IS, CompactField, PhoneField, SecretField, SecretsForm, pattern
from haina.sms.models import SECRETS, VALUES, Gateway

TEMPLATES = ("code_template", "review_template", "result_template")


class TemplateField(CompactField):
    """The id of a 正文模板, with the text to file it with."""

    def __init__(self, *, what: str, **kwargs):
        digits = pattern(
            r"^\d{1,20}$", gettext_lazy("模板ID只有数字。请到短信控制台「正文模板管理」复制。")
        )
        box = forms.TextInput(attrs=AS_IT_IS | {"inputmode": "numeric"})
        super().__init__(validators=digits, help_text=what, widget=box, **kwargs)


class GatewayForm(SecretsForm):
    """What Tencent Cloud shows. Secrets are never shown again; an empty box keeps them."""

    secret_id = SecretField(
        label="SecretId",
        validators=pattern(
            r"^AKID[0-9A-Za-z]{12,120}$",
            gettext_lazy("SecretId以AKID开头，只有字母和数字。请重新复制。"),
        ),
        help_text=gettext_lazy("腾讯云 → 访问管理 → API密钥管理；建议用只有短信权限的子账号"),
    )
    secret_key = SecretField(
        label="SecretKey",
        validators=pattern(
            r"^[0-9A-Za-z]{16,128}$",
            gettext_lazy("SecretKey只有字母和数字，通常32位。请重新复制。"),
        ),
    )
    sdk_app_id = CompactField(
        label="SDKAppID",
        validators=pattern(
            r"^\d{6,20}$", gettext_lazy("SDKAppID只有数字，例如1400006666。请重新复制。")
        ),
        help_text=gettext_lazy("短信控制台 → 应用管理 → 应用列表"),
        widget=forms.TextInput(attrs=AS_IT_IS | {"inputmode": "numeric"}),
    )
    sign_name = CompactField(
        label=gettext_lazy("签名内容"),
        validators=pattern(
            r"^(?!\d+$)\w{2,12}$",
            gettext_lazy("签名内容是2到12个汉字、字母或数字，不是签名ID，也不含【】。"),
        ),
        help_text=gettext_lazy("短信控制台 → 国内短信 → 签名管理，填写已审核通过的签名内容"),
        widget=forms.TextInput(attrs=AS_IT_IS),
    )
    region = forms.ChoiceField(
        label=gettext_lazy("地域"),
        choices=Gateway.Region.choices,
        error_messages={
            "required": gettext_lazy("请选择地域。"),
            "invalid_choice": gettext_lazy("请选择地域。"),
        },
        help_text=gettext_lazy("离服务器近的一个；不清楚就选广州"),
    )
    code_template = TemplateField(
        label=gettext_lazy("验证码模板ID"),
        what=gettext_lazy(
            "模板类型选“验证码”，内容：您的验证码是{1}，5分钟内有效。如非本人操作请忽略。"
        ),
    )
    review_template = TemplateField(
        label=gettext_lazy("审核提醒模板ID"),
        required=False,
        what=gettext_lazy(
            "选填，发给审核的管理员。模板类型选“通知”，内容：您有{1}条住户认证申请待审核，"
            "请尽快登录后台处理。{1}是条数，不超过6位数字"
        ),
    )
    result_template = TemplateField(
        label=gettext_lazy("审核结果模板ID"),
        required=False,
        what=gettext_lazy(
            "选填，微信无法送达时发给住户。模板类型选“通知”，没有变量，内容："
            "您的住户认证状态有更新，请打开微信公众号查看。"
        ),
    )

    def __init__(self, *args, gateway: Gateway | None, **kwargs):
        super().__init__(*args, **kwargs)
        if gateway is None:
            return
        for name in self.secrets:
            self.fields[name].keep()
        shown = [name for name in VALUES if name not in SECRETS]
        self.initial = {name: getattr(gateway, name) for name in shown}

    def clean(self):
        """One template serves one purpose: their variables differ."""
        seen = {}
        for name in TEMPLATES:
            value = self.cleaned_data.get(name)
            if value in seen:
                told = _("与%s相同。每种短信要有自己的模板。") % self.fields[seen[value]].label
                self.add_error(name, told)
            elif value:
                seen[value] = name


class PhoneForm(forms.Form):
    phone = PhoneField(
        label=gettext_lazy("手机号"),
        error_messages={"required": gettext_lazy("请填写手机号。")},
        help_text=gettext_lazy("手机号不会写进日志和操作记录"),
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off"}),
    )
