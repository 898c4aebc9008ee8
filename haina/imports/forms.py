from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from haina.sheets.gate import MAX_SIZE
from haina.sheets.refusals import SENTENCES


class UploadForm(forms.Form):
    """The file of an import. What is in it is looked at by the job."""

    file = forms.FileField(
        label=_("上传文件"),
        error_messages={
            "required": _("请先上传填写好的 Excel 文件。"),
            "empty": SENTENCES["empty_file"],
        },
    )
    once = forms.CharField(widget=forms.HiddenInput, max_length=32)

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MAX_SIZE:
            raise ValidationError(SENTENCES["too_large"], code="too_large")
        return file
