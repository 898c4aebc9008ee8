import re

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from haina.accounts import second_factor
from haina.accounts.step_up import StepUpForm, code_field
from haina.lib.text import compact, tidy

SHORTEST_REASON, LONGEST_REASON = 2, 200
LONG_NUMBER = re.compile(r"[0-9]([ -]?[0-9]){6}")


class SignInForm(forms.Form):
    username = forms.CharField(
        label=_("手机号或用户名"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label=_("密码"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class WhichAccountForm(forms.Form):
    account = forms.CharField(
        label=_("服务号网址标识"),
        max_length=40,
        help_text=_("后台网址中域名后的第一段，可向创建者询问。"),
        validators=[
            RegexValidator(r"^[a-z0-9-]+$", _("只能包含小写字母、数字和连字符，如 fengniao。"))
        ],
        error_messages={"required": _("请填写服务号网址标识。")},
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autofocus": True}),
    )


class CodeForm(forms.Form):
    code = code_field(autofocus=True)


class AgainForm(StepUpForm):
    """Asks for nothing but the proof, also of whoever has just given it."""

    always = True


def new_password_field(label) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=128,
        strip=False,
        help_text=_("至少 8 位，不能全是数字，也不要太常见。"),
        error_messages={"required": _("请设置密码。")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


def same_password_field() -> forms.CharField:
    return forms.CharField(
        label=_("再输入一次"),
        max_length=128,
        strip=False,
        error_messages={"required": _("请再输入一次密码。")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


def refuse_different(form: forms.Form, first: str, second: str) -> None:
    told = form.cleaned_data
    if {first, second} <= told.keys() and told[first] != told[second]:
        form.add_error(second, _("两次输入的密码不一致。"))


class PasswordForm(AgainForm):
    """Another password of one's own, beside the one of now."""

    new_password = new_password_field(_("新密码"))
    again = same_password_field()

    field_order = ("password", "code", "new_password", "again")

    def __init__(self, *args, presence, **kwargs):
        super().__init__(*args, presence=presence, **kwargs)
        self.fields["password"].label = _("当前密码")

    def clean_new_password(self):
        password = self.cleaned_data["new_password"]
        validate_password(password, self.presence.user)
        return password

    def clean(self):
        super().clean()
        refuse_different(self, "new_password", "again")
        told = self.cleaned_data  # holds the password of now only once it has proven right
        if "password" in told and told["password"] == told.get("new_password"):
            self.add_error("new_password", _("新密码不能与当前密码相同。"))


class SetUpForm(AgainForm):
    """Asks for the first code of the secret, which it carries sealed until then."""

    sealed = forms.CharField(widget=forms.HiddenInput, max_length=400)
    new_code = forms.CharField(
        label=_("验证器应用显示的 6 位数字"),
        max_length=12,
        error_messages={"required": _("请输入验证器应用显示的 6 位数字。")},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "inputmode": "numeric", "autofocus": True}
        ),
    )

    field_order = ("sealed", "new_code", "password", "code")

    def __init__(self, *args, presence, **kwargs):
        super().__init__(*args, presence=presence, **kwargs)
        user, sealed = presence.user, self.data.get("sealed", "")
        self.secret = second_factor.unseal(sealed, user) or second_factor.new_secret()
        self.initial["sealed"] = second_factor.seal(self.secret, user)
        if presence.user.factor:
            self.fields["code"].label = _("原手机的动态验证码")

    def clean_new_code(self):
        code = compact(self.cleaned_data["new_code"])
        self.step = second_factor.step_of(self.secret, code, now=timezone.now())
        if self.step is None:
            raise forms.ValidationError(
                _("与二维码不一致或已过期。请检查手机时间，输入应用当前显示的数字。")
            )
        return code


class RuleForm(StepUpForm):
    """Whether an account requires the second factor."""

    required = forms.BooleanField(
        label=_("要求所有管理员启用两步验证"),
        required=False,
        help_text=_("未启用的管理员须先设置，才能使用本服务号的后台。"),
    )

    field_order = ("required", "password", "code")

    def __init__(self, *args, administrator, **kwargs):
        super().__init__(*args, **kwargs)
        self.administrator = administrator

    def clean(self):
        if not self.administrator.holds_everything:
            raise forms.ValidationError(_("只有创建者和系统管理员可以修改这项设置。"))


class VouchedForm(StepUpForm):
    """Asks again who is there, and for a reason, which stays in the trail for good."""

    reason = forms.CharField(
        label=_("原因"),
        help_text=_("写入操作记录，不能修改。请勿填写任何人的姓名和号码。"),
        error_messages={"required": _("请填写原因。")},
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "placeholder": _("如：消防检查"),
                "data-counter": True,
                "data-limit": LONGEST_REASON,
            }
        ),
    )

    field_order = ("reason", "password", "code")

    def clean_reason(self):
        reason = tidy(self.cleaned_data["reason"])
        if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
            limits = {"least": SHORTEST_REASON, "most": LONGEST_REASON, "now": len(reason)}
            raise forms.ValidationError(
                _("请填写 %(least)d 到 %(most)d 个字，现在有 %(now)d 个。"), params=limits
            )
        if LONG_NUMBER.search(reason):
            raise forms.ValidationError(_("原因会一直保留，请不要填写手机号或证件号。"))
        return reason


class ExportForm(VouchedForm):
    """With a mark by which a form that is sent twice is known."""

    once = forms.CharField(widget=forms.HiddenInput, max_length=32)
