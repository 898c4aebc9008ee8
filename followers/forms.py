from collections.abc import Collection, Sequence

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.forms import TidyField
from followers.models import REMARK_LENGTH, TAG_LENGTH, Tag


def counted(placeholder) -> forms.TextInput:
    return forms.TextInput(
        attrs={"placeholder": placeholder, "autocomplete": "off", "data-counter": True}
    )


class RemarkForm(forms.Form):
    remark = TidyField(
        label=gettext_lazy("备注名称"),
        max_length=REMARK_LENGTH,
        required=False,
        help_text=gettext_lazy("微信最多保存 29 个字节（约 9 个汉字），更长的备注仅保存在本地。"),
        widget=counted(gettext_lazy("请输入备注名称")),
    )


class TagForm(forms.Form):
    name = TidyField(
        label=gettext_lazy("标签名称"),
        max_length=TAG_LENGTH,
        help_text=gettext_lazy("微信最多接受 30 个字节（10 个汉字），更长的标签仅保存在本地。"),
        error_messages={"required": gettext_lazy("请输入标签名称。")},
        widget=counted(gettext_lazy("请输入标签名称")),
    )


class TaggingForm(forms.Form):
    """Which tags the chosen followers shall have. Those in `had` all of them have already: taken
    out, they are taken from all of them; what only some have stays with those unless it is ticked.
    """

    tags = forms.TypedMultipleChoiceField(
        label=gettext_lazy("标签"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": gettext_lazy("标签已被删除，请重新选择。")},
    )

    def __init__(self, *args, tags: Sequence[Tag], some: Collection[int] = (), **kwargs):
        super().__init__(*args, **kwargs)
        part = _("%s（部分用户）")
        self.fields["tags"].choices = [
            (tag.pk, part % tag.name if tag.pk in some else tag.name) for tag in tags
        ]
