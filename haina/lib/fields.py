"""Form fields for what people paste and type."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from haina.lib.masking import national
from haina.lib.text import compact

PHONE = re.compile(r"\+?[0-9()-]+")
KEPT = _("已保存，留空表示不变")
AS_IT_IS = {"autocomplete": "off", "spellcheck": "false"}


class CompactField(forms.CharField):
    """What is pasted, without the blanks around and within it."""

    default_error_messages = {"required": _("请填写此项。")}

    def to_python(self, value):
        return compact(super().to_python(value))


class WholeNumberField(forms.IntegerField):
    """A whole number within its limits; whatever is no such number is told the limits."""

    def __init__(self, *, min_value: int, max_value: int, **kwargs):
        told = format_lazy(_("请填写{least}到{most}的整数。"), least=min_value, most=max_value)
        kinds = ("required", "invalid", "min_value", "max_value")
        errors = dict.fromkeys(kinds, told) | kwargs.pop("error_messages", {})
        limits = {"min_value": min_value, "max_value": max_value}
        super().__init__(error_messages=errors, **limits, **kwargs)


class SecretField(CompactField):
    """A secret goes in and never comes out; an empty box keeps the one there is."""

    widget = forms.PasswordInput

    def widget_attrs(self, widget):
        return super().widget_attrs(widget) | AS_IT_IS

    def keep(self) -> None:
        """There is one already, which an empty box leaves as it is."""
        self.required = self.widget.is_required = False
        self.widget.attrs["placeholder"] = KEPT


class SecretsForm(forms.Form):
    """A form with fields for secrets."""

    @property
    def secrets(self) -> list[str]:
        return [name for name, field in self.fields.items() if isinstance(field, SecretField)]

    def ask_again(self) -> None:
        """Of a form that is refused: what was right is not shown again either, nor was it saved."""
        for name in self.secrets:
            if self.data.get(name) and name not in self.errors:
                self.add_error(name, gettext("没有保存，且不会再次显示，请重新填写。"))


class PhoneField(PhoneNumberField):
    """Any valid number; full-width digits and spaces are how people type it, letters are not."""

    default_error_messages = {
        "invalid": _("手机号格式不正确，请输入 11 位手机号 (境外号码请以 + 开头)。")
    }

    def __init__(self, **kwargs):
        super().__init__(region="CN", **kwargs)

    def to_python(self, value):
        text = compact(str(value or ""))
        if text and not PHONE.fullmatch(text):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(text)

    def prepare_value(self, value):
        return national(value) if value else value


def pattern(regex: str, sentence) -> list[RegexValidator]:
    return [RegexValidator(regex, sentence)]


def all_of(label: Promise) -> Promise:
    """What a filter says while it filters nothing, such as 性别(全部); both parts are lazy."""
    return format_lazy(_("{label}(全部)"), label=label)
