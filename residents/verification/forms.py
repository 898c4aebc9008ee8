from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from communities.forms import TidyField
from haina.lib.text import compact
from haina.sheets.names import validate_name
from haina.sms.codes import DIGITS
from residents.fields import IdNumberField, LeaseEndField, PhoneField
from residents.models import ID_NUMBER_LENGTH, NAME_LENGTH, Person


class ApplyForm(forms.Form):
    """What an applicant says: as the rules of the community ask for it, and by an invitation of no
    other identity than that one's."""

    name = TidyField(
        label=_("姓名"),
        max_length=NAME_LENGTH,
        validators=[validate_name],
        error_messages={"required": _("请填写姓名。")},
        widget=forms.TextInput(attrs={"autocomplete": "name", "placeholder": _("请填写本人姓名")}),
    )
    phone = PhoneField(
        label=_("手机号"),
        error_messages={"required": _("请填写手机号。")},
        widget=forms.TextInput(
            attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}
            | {"placeholder": _("请填写本人手机号")}
        ),
    )
    identity = forms.ChoiceField(
        label=_("用户身份"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("请选择用户身份。"),
            "invalid_choice": _("这个小区不接受该身份的申请，请重新选择。"),
        },
    )
    lease_ends_on = LeaseEndField(
        label=_("租约到期时间"),
        required=False,
        help_text=_("限期租客必填，其他身份不用填写。"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    id_number = IdNumberField(
        label=_("证件号"),
        required=False,
        max_length=ID_NUMBER_LENGTH,
        error_messages={"required": _("这个小区要求填写证件号。")},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "placeholder": _("选填，身份证或护照号")}
        ),
    )
    agrees = forms.BooleanField(
        label=_("我已阅读并同意《个人信息保护说明》"),
        error_messages={"required": _("请先阅读并勾选同意《个人信息保护说明》。")},
    )

    def __init__(self, *args, rules, today: date, identity: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        identities = [identity] if identity else rules.identities
        choices = [choice for choice in Person.Identity.choices if choice[0] in identities]
        self.fields["identity"].choices = choices
        if len(choices) == 1:
            self.fields["identity"].initial = choices[0][0]
        if Person.Identity.TERM_TENANT not in identities:
            del self.fields["lease_ends_on"]
        else:
            self.fields["lease_ends_on"].widget.attrs["min"] = today.isoformat()
        if rules.needs_id_number:
            self.fields["id_number"].required = True
            self.fields["id_number"].widget.attrs["placeholder"] = _("身份证或护照号")

    def clean_lease_ends_on(self):
        day = self.cleaned_data["lease_ends_on"]
        if day and day < self.today:
            told = _("租约到期时间不能早于今天。如已续租，请填写新的到期时间。")
            raise ValidationError(told, code="over")
        return day

    def clean(self):
        if self.cleaned_data.get("identity") != Person.Identity.TERM_TENANT:
            self.errors.pop("lease_ends_on", None)
            self.cleaned_data["lease_ends_on"] = None
        elif not self.cleaned_data.get("lease_ends_on") and "lease_ends_on" not in self.errors:
            self.add_error("lease_ends_on", _("限期租客必须填写租约到期时间。"))

    @property
    def claimed(self) -> dict:
        """What the services take."""
        return {name: value for name, value in self.cleaned_data.items() if name != "agrees"}


class CodeField(forms.CharField):
    """Six digits, full-width and with spaces as people type and paste them."""

    def to_python(self, value):
        return compact(super().to_python(value))


class CodeForm(forms.Form):
    code = CodeField(
        label=_("验证码"),
        error_messages={"required": _("请填写短信中的6位验证码。")},
        validators=[
            RegexValidator(rf"^[0-9]{{{DIGITS}}}\Z", _("验证码是6位数字，请核对后重新填写。"))
        ],
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}
            | {"placeholder": _("6位数字")}
        ),
    )
