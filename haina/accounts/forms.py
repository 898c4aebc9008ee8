from django import forms
from django.forms.models import ModelChoiceField
from django.utils.translation import gettext_lazy as _


class SignInForm(forms.Form):
    username = forms.CharField(
        label=_("手机号或用户名"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label=_("密码"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class ScopedModelForm(forms.ModelForm):
    """Cuts every choice of related rows to the scope, so that no foreign row can be chosen."""

    def __init__(self, *args, scope, **kwargs):
        super().__init__(*args, **kwargs)
        self.scope = scope
        for field in self.fields.values():
            if isinstance(field, ModelChoiceField):
                field.queryset = field.queryset.within(scope)
