from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from communities.forms import TidyField

REASON_LENGTH = 100
OF_THE_COMPANY = (
    _("填写的信息与物业登记不一致"),
    _("房间选择有误"),
    _("用户身份选择有误"),
    _("请携带证件到物业管理处办理"),
)
OF_OWNERS = (_("不认识申请人"), _("申请人不住在这个房间"), _("用户身份选择有误"))


class RejectForm(forms.Form):
    """Why somebody is refused: one of the usual reasons, words of one's own, or both. `reason` is
    what the applicant reads."""

    preset = forms.ChoiceField(
        label=_("拒绝原因"),
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("请从列出的原因中选择。")},
    )
    words = TidyField(
        label=_("其他说明"),
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "placeholder": _("选填，申请人会看到")}
        ),
    )

    def __init__(self, *args, presets, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["preset"].choices = [(str(preset), preset) for preset in presets]

    def clean(self):
        said = [self.cleaned_data.get("preset"), self.cleaned_data.get("words")]
        self.cleaned_data["reason"] = "；".join(filter(None, said))
        if not self.cleaned_data["reason"] and not self.errors:
            raise ValidationError(_("请选择或填写拒绝原因，申请人会看到。"), code="required")
        return self.cleaned_data
