import re

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from haina.accounts import services
from haina.lib.text import tidy

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


class VouchedForm(forms.Form):
    """Asks for the password again and for a reason, which stays in the trail for good."""

    reason = forms.CharField(
        label=_("原因"),
        help_text=_("写入操作记录，不能修改。请勿填写住户的姓名和号码。"),
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
    password = forms.CharField(
        label=_("登录密码"),
        max_length=128,
        strip=False,
        error_messages={"required": _("请再次输入您的登录密码。")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

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

    def full_clean(self):
        """The password comes last: whoever mistypes another field has not used up a try."""
        super().full_clean()
        if self.is_bound and not self.errors:
            self.prove()

    def prove(self) -> None:
        try:
            right = services.is_still(self.user, self.cleaned_data["password"], now=timezone.now())
        except services.TooManyTries:
            self.add_error("password", _("密码输入错误次数过多，请 30 分钟后再试。"))
        else:
            if not right:
                self.add_error("password", _("密码不正确，请重新输入。"))
