from django import forms

from haina.accounts.forms import VouchedForm


class ExportForm(VouchedForm):
    once = forms.CharField(widget=forms.HiddenInput, max_length=32)
