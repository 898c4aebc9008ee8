"""The forms of 认证审核 and 认证设置."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.forms import TidyField
from haina.lib.language import in_chinese
from residents.models import Resident, Rules

LONGEST = 200


class ReasonForm(forms.Form):
    """A reason that the applicant or resident is told: one of the usual ones, words of one's own,
    or both."""

    PRESETS: tuple[str, ...] = ()

    preset = forms.ChoiceField(label=gettext_lazy("原因"), required=False, widget=forms.RadioSelect)
    words = TidyField(
        label=gettext_lazy("补充说明"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "data-counter": True, "data-limit": LONGEST}),
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
        if len(reason) > LONGEST:
            told = {"most": LONGEST, "now": len(reason)}
            self.add_error("words", _("原因最多 %(most)d 个字，现在有 %(now)d 个。") % told)
        self.cleaned_data["reason"] = reason


class RejectForm(ReasonForm):
    PRESETS = (
        gettext_lazy("信息与登记不符"),
        gettext_lazy("房间选择有误"),
        gettext_lazy("请补充证件号"),
        gettext_lazy("非本房间住户"),
    )


class OwnersRejectForm(ReasonForm):
    """What an owner of the room may say."""

    PRESETS = (
        gettext_lazy("不认识申请人"),
        gettext_lazy("申请人不住在这个房间"),
        gettext_lazy("身份选择有误"),
    )


class RevokeForm(ReasonForm):
    PRESETS = (
        gettext_lazy("已不住在该房间"),
        gettext_lazy("认证信息有误"),
        gettext_lazy("该微信号不是住户本人"),
    )


class RulesForm(forms.ModelForm):
    identities = forms.MultipleChoiceField(
        label=gettext_lazy("可以申请的身份"),
        choices=Resident.Identity.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("请至少保留一种可以申请的身份。")},
    )

    class Meta:
        model = Rules
        fields = ("auto_pass", "needs_id_number", "identities", "tells_of_leases")
        widgets = {"auto_pass": forms.RadioSelect}
        help_texts = {
            "auto_pass": gettext_lazy(
                "一致指房间、手机号、姓名和用户身份都与登记相同。没有短信验证也自动通过时，"
                "知道这些信息的人都能冒充住户，请谨慎选择。"
            ),
            "needs_id_number": gettext_lazy("不勾选时，申请人可以不填。"),
            "tells_of_leases": gettext_lazy(
                "提醒开启了审核提醒并关联了微信的管理员，租约到期前30天和7天各一次。"
            ),
        }
