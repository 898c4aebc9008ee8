"""What applicants and owners fill in, what reviewers say, and 认证设置."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from communities.forms import TidyField
from haina.lib.language import in_chinese
from haina.lib.text import compact
from haina.sheets.names import validate_name
from haina.sms.codes import DIGITS
from residents.fields import IdNumberField, LeaseEndField, PhoneField
from residents.models import ID_NUMBER_LENGTH, NAME_LENGTH, Person, Rules

LONGEST_REASON = 200


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


class InviteForm(forms.Form):
    identity = forms.ChoiceField(
        label=_("邀请的人是"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("请选择邀请的人是您的家属还是租客。"),
            "invalid_choice": _("请选择邀请的人是您的家属还是租客。"),
        },
    )

    def __init__(self, *args, identities: list[Person.Identity], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["identity"].choices = [(each.value, each.label) for each in identities]
        self.fields["identity"].initial = identities[0].value if identities else None


class ReasonForm(forms.Form):
    """A reason that the applicant or resident is told: one of the usual ones, words of one's own,
    or both."""

    PRESETS: tuple[str, ...] = ()

    preset = forms.ChoiceField(label=_("原因"), required=False, widget=forms.RadioSelect)
    words = TidyField(
        label=_("补充说明"),
        required=False,
        widget=forms.Textarea(
            attrs={"rows": 2, "data-counter": True, "data-limit": LONGEST_REASON}
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        with in_chinese():  # the applicant reads it
            self.fields["preset"].choices = [(str(each), each) for each in self.PRESETS]

    def clean(self):
        parts = [self.cleaned_data.get(name) for name in ("preset", "words")]
        reason = "；".join(filter(None, parts))
        if not reason and not self.errors:
            raise ValidationError(_("请选择或填写原因。"), code="required")
        if len(reason) > LONGEST_REASON:
            told = {"most": LONGEST_REASON, "now": len(reason)}
            self.add_error("words", _("原因最多 %(most)d 个字，现在有 %(now)d 个。") % told)
        self.cleaned_data["reason"] = reason


class RejectForm(ReasonForm):
    PRESETS = (
        _("信息与登记不符"),
        _("房间选择有误"),
        _("请补充证件号"),
        _("非本房间住户"),
    )


class OwnersRejectForm(ReasonForm):
    """What an owner of the room may say."""

    PRESETS = (
        _("不认识申请人"),
        _("申请人不住在这个房间"),
        _("身份选择有误"),
    )


class RevokeForm(ReasonForm):
    PRESETS = (
        _("已不住在该房间"),
        _("认证信息有误"),
        _("该微信号不是住户本人"),
    )


class RulesForm(forms.ModelForm):
    identities = forms.MultipleChoiceField(
        label=_("可以申请的身份"),
        choices=Person.Identity.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请至少保留一种可以申请的身份。")},
    )

    class Meta:
        model = Rules
        fields = ("auto_pass", "needs_id_number", "identities", "tells_of_leases")
        widgets = {"auto_pass": forms.RadioSelect}
        help_texts = {
            "auto_pass": _(
                "一致指房间、手机号、姓名和用户身份都与登记相同。没有短信验证也自动通过时，"
                "知道这些信息的人都能冒充住户，请谨慎选择。"
            ),
            "needs_id_number": _("不勾选时，申请人可以不填。"),
            "tells_of_leases": _(
                "提醒开启了审核提醒并关联了微信的管理员，租约到期前30天和7天各一次。"
            ),
        }
