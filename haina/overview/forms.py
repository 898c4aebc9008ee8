from django import forms
from django.utils.translation import gettext as _

from haina.accounts.models import ServiceAccount
from haina.accounts.step_up import StepUpForm
from haina.lib.text import tidy


class ClearForm(StepUpForm):
    """Clearing is confirmed by typing the account's name, by who proves to be there."""

    always = True

    once = forms.CharField(widget=forms.HiddenInput, max_length=32)
    name = forms.CharField(widget=forms.TextInput(attrs={"autocomplete": "off"}))

    field_order = ("once", "name", "password", "code")

    def __init__(self, *args, account: ServiceAccount, **kwargs):
        super().__init__(*args, **kwargs)
        self.account = account
        self.fields["name"].label = _("请输入服务号名称“%s”以确认清空") % account.name
        self.fields["name"].widget.attrs["data-confirm"] = account.name

    def clean_name(self):
        if tidy(self.cleaned_data["name"]) != tidy(self.account.name):
            raise forms.ValidationError(_("与服务号名称“%s”不一致。") % self.account.name)
        return self.cleaned_data["name"]
