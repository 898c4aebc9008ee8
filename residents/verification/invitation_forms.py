from django import forms
from django.utils.translation import gettext_lazy as _

from residents.models import Resident


class InviteForm(forms.Form):
    identity = forms.ChoiceField(
        label=_("邀请的人是"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("请选择邀请的人是您的家属还是租客。"),
            "invalid_choice": _("请选择邀请的人是您的家属还是租客。"),
        },
    )

    def __init__(self, *args, identities: list[Resident.Identity], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["identity"].choices = [(each.value, each.label) for each in identities]
        self.fields["identity"].initial = identities[0].value if identities else None
