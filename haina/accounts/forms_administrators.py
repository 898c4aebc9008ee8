"""添加管理权限 and its kin: what somebody may give is all that they are offered."""

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from haina.accounts.forms import (
    AgainForm,
    new_password_field,
    refuse_different,
    same_password_field,
)
from haina.accounts.models import User
from haina.accounts.permissions import Level, ResidentField, Section
from haina.accounts.step_up import StepUpForm
from haina.accounts.terms import Role, Terms
from haina.lib.fields import PhoneField
from haina.lib.text import tidy

SECTION_LEVELS = {Level.NONE: _("无权限"), Level.VIEW: _("查看"), Level.MANAGE: _("管理")}
SECTION, FIELD = "section_{}", "field_{}"
ROLES = [
    (Role.OPERATOR, _("物业运营者 (按下面勾选的权限)")),
    (Role.SYSTEM, _("系统管理员 (全部权限)")),
]


class LevelField(forms.TypedChoiceField):
    """A level no higher than one's own."""

    def __init__(self, *, label, labels, most):
        choices = [(level, text) for level, text in labels if level <= most]
        told = dict.fromkeys(("required", "invalid_choice"), _("请重新选择。"))
        super().__init__(label=label, choices=choices, coerce=int, error_messages=told)


class CommunitiesChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, community):
        return community.name


class TermsForm(StepUpForm):
    """Role, the sections, 住户通讯录权限, communities and the last day. `mine` are the terms of
    whoever fills it in, `communities` those that they reach, `present` what somebody has so far."""

    role = forms.ChoiceField(
        label=_("角色"),
        choices=ROLES,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("请选择角色。")),
    )
    communities = CommunitiesChoice(
        None,
        label=_("管理的小区"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("所选小区中有的已被删除，请重新选择。")},
    )
    ends_on = forms.DateField(
        label=_("截止日期"),
        required=False,
        help_text=_("临时人员可填写，当天仍可使用，之后自动失效；留空表示长期。"),
        error_messages={"invalid": _("日期格式应为 2018-12-31。")},
    )

    def __init__(self, *args, mine: Terms, communities, present: Terms | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.mine = mine
        if not mine.rights.everything:
            del self.fields["role"]
        self.add_levels(mine)
        chosen = self.fields["communities"]
        chosen.queryset = communities
        chosen.help_text = _("不勾选表示全部小区，包括以后新增的。")
        if mine.communities:
            chosen.required = True
            chosen.error_messages["required"] = _("请从您管理的小区中选择至少一个。")
            chosen.help_text = ""
        self.initial = self.initial_of(present or Terms(Role.OPERATOR))

    def add_levels(self, mine: Terms) -> None:
        for section in Section:
            most = mine.rights.level_of(section)
            self.fields[SECTION.format(section)] = LevelField(
                label=section.label, labels=SECTION_LEVELS.items(), most=most
            )
        for field in ResidentField:
            most = Level.MANAGE if mine.rights.everything else mine.fields.get(field, Level.NONE)
            self.fields[FIELD.format(field)] = LevelField(
                label=field.label, labels=Level.choices, most=most
            )

    def initial_of(self, present: Terms) -> dict:
        """Whose residents section is closed has no levels of its fields: then the guide's."""
        opened = present.sections.get(Section.RESIDENTS)
        levels = present.fields if opened else dict.fromkeys(ResidentField, Level.MANAGE)
        role = present.role if present.role != Role.CREATOR else Role.OPERATOR
        initial = {"role": role, "ends_on": present.ends_on}
        initial["communities"] = list(present.communities)
        for section in Section:
            initial[SECTION.format(section)] = present.sections.get(section, Level.NONE)
        for field in ResidentField:
            most = max(level for level, _label in self.fields[FIELD.format(field)].choices)
            initial[FIELD.format(field)] = min(levels.get(field, Level.NONE), most)
        return initial

    @property
    def sections(self) -> list:
        return [self[SECTION.format(section)] for section in Section]

    @property
    def resident_fields(self) -> list:
        return [self[FIELD.format(field)] for field in ResidentField]

    def clean_ends_on(self):
        ends_on = self.cleaned_data["ends_on"]
        if ends_on and ends_on < timezone.localdate():
            raise forms.ValidationError(_("截止日期已经过去，请重新填写或留空。"))
        return ends_on

    @property
    def terms(self) -> Terms:
        """What was chosen."""
        told = self.cleaned_data
        sections = {each: told[SECTION.format(each)] for each in Section.values}
        fields = {each: told[FIELD.format(each)] for each in ResidentField.values}
        opened = sections[Section.RESIDENTS] > Level.NONE
        return Terms(
            role=told.get("role", Role.OPERATOR),
            sections=sections,
            fields=fields if opened else dict.fromkeys(fields, Level.NONE),
            communities=frozenset(community.pk for community in told["communities"]),
            ends_on=told["ends_on"],
        )


class InviteForm(TermsForm):
    phone = PhoneField(
        label=_("手机号"),
        error_messages={"required": _("请填写手机号。")},
        help_text=_("对方用这个手机号登录。"),
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off"}),
    )


class HandOverForm(AgainForm):
    heir = forms.ModelChoiceField(
        None,
        label=_("移交给"),
        empty_label=_("请选择"),
        error_messages={
            "required": _("请选择接受人。"),
            "invalid_choice": _("该管理员已停用或已到期，请重新选择。"),
        },
    )
    field_order = ("heir", "password", "code")

    def __init__(self, *args, heirs, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["heir"].queryset = heirs
        self.fields["heir"].label_from_instance = name_and_role


def name_and_role(administrator) -> str:
    return f"{administrator.user.name} ({administrator.get_role_display()})"


LONGEST_NAME = User._meta.get_field("name").max_length


class JoinForm(forms.Form):
    """Who is invited and is no user yet."""

    name = forms.CharField(
        label=_("姓名"),
        error_messages={"required": _("请填写您的姓名。")},
        widget=forms.TextInput(attrs={"autocomplete": "name", "data-limit": LONGEST_NAME}),
    )
    password = new_password_field(_("设置密码"))
    again = same_password_field()

    def clean_name(self):
        name = tidy(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError(_("请填写您的姓名。"))
        if len(name) > LONGEST_NAME:
            raise forms.ValidationError(_("姓名最多 %d 个字。") % LONGEST_NAME)
        return name

    def clean_password(self):
        password = self.cleaned_data["password"]
        validate_password(password, User(name=self.cleaned_data.get("name", "")))
        return password

    def clean(self):
        super().clean()
        refuse_different(self, "password", "again")
