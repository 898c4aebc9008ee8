from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from communities.forms import TidyField
from communities.models import Community
from haina.lib.fields import PhoneField
from haina.lib.meanwhile import SeenForm
from haina.sheets.names import validate_name
from staff.branches import Departments
from staff.departments import fault_of
from staff.models import NAME_LENGTH, Employee
from staff.services import WRITTEN, shown_within

MOST_DEPARTMENTS = 100  # of one person, as WeCom has it
GONE = _("所选项已被删除，请重新选择。")


class Ticks(forms.CheckboxSelectMultiple):
    """Check boxes below a box that narrows them; what is ticked stands first."""

    template_name = "django/forms/widgets/ticks.html"

    def __init__(self, placeholder, **kwargs):
        super().__init__(**kwargs)
        self.placeholder = placeholder

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        groups = context["widget"]["optgroups"]
        options = [option for _group, found, _index in groups for option in found]
        options.sort(key=lambda option: not option["selected"])
        context["widget"] |= {"options": options, "placeholder": self.placeholder}
        return context


class PkListField(forms.TypedMultipleChoiceField):
    """Rows that are kept in an array of pks."""

    def __init__(self, *, placeholder, **kwargs):
        super().__init__(coerce=int, widget=Ticks(placeholder), **kwargs)

    def clean(self, value):
        return sorted(super().clean(value))


def line(label, placeholder, length: int):
    attrs = {"placeholder": placeholder, "autocomplete": "off"}
    widget = forms.TextInput(attrs=attrs)
    return TidyField(label=label, max_length=length, required=False, widget=widget)


class EmployeeForm(forms.Form):
    """The guide's fields in the guide's order. Communities are those of the scope."""

    community_ids = PkListField(
        label=_("服务小区"),
        placeholder=_("输入小区名筛选"),
        error_messages={"required": _("请至少选择一个服务小区。"), "invalid_choice": GONE},
    )
    name = TidyField(
        label=_("姓名"),
        max_length=NAME_LENGTH,
        validators=[validate_name],
        error_messages={"required": _("请填写姓名。")},
        widget=forms.TextInput(attrs={"placeholder": _("请输入员工姓名"), "autocomplete": "off"}),
    )
    gender = forms.ChoiceField(
        label=_("性别"),
        choices=Employee.Gender.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择性别。")},
    )
    department_ids = PkListField(
        label=_("所属部门"),
        placeholder=_("请选择部门 (可输入关键词搜索)"),
        error_messages={"required": _("请至少选择一个部门。"), "invalid_choice": GONE},
    )
    position = line(_("职位"), _("请输入职位"), 64)
    rank = line(_("职级"), _("请输入职级"), 64)
    phone = PhoneField(
        label=_("手机号"),
        error_messages={"required": _("请填写手机号。")},
        widget=forms.TextInput(
            attrs={"placeholder": _("请输入员工手机号"), "inputmode": "tel", "autocomplete": "off"}
        ),
    )
    wechat = line(_("微信号"), _("请输入员工微信号"), 64)
    address = line(_("地址"), _("请输入员工地址"), 128)
    invite = forms.BooleanField(
        label=_("邀请加入企业微信"),
        required=False,
        help_text=_("员工第一次同步到企业微信时，由企业微信发出邀请。"),
    )

    def __init__(self, *args, scope, **kwargs):
        super().__init__(*args, **kwargs)
        communities = Community.objects.within(scope).for_list()
        self.fields["community_ids"].choices = communities.values_list("pk", "name")
        found = Departments(scope)
        self.fields["department_ids"].choices = [(row.pk, found.path(row.pk)) for row in found.rows]

    def clean_department_ids(self):
        chosen = self.cleaned_data["department_ids"]
        if len(chosen) > MOST_DEPARTMENTS:
            raise ValidationError(_("一位员工最多属于 %d 个部门。") % MOST_DEPARTMENTS)
        return chosen

    @property
    def written(self) -> dict:
        """What the services take."""
        return {name: self.cleaned_data[name] for name in WRITTEN}


class EditForm(SeenForm, EmployeeForm):
    def __init__(self, *args, employee: Employee, scope, **kwargs):
        shown = shown_within(employee, scope)
        kwargs["initial"] = {name: getattr(shown, name) for name in WRITTEN}
        super().__init__(*args, scope=scope, **kwargs)
        self.show(shown, WRITTEN)

    @property
    def written(self) -> dict:
        return {name: value for name, value in super().written.items() if name not in self.kept}


class DepartmentForm(forms.Form):
    """A department's name and what it is below; the company itself is below nothing."""

    name = TidyField(
        label=_("部门名称"),
        max_length=NAME_LENGTH,
        validators=[validate_name],
        error_messages={"required": _("请填写部门名称。")},
        widget=forms.TextInput(
            attrs={"placeholder": _("请输入部门名称"), "autocomplete": "off", "autofocus": True}
        ),
    )
    below = forms.TypedChoiceField(
        label=_("上级部门"), coerce=int, error_messages={"invalid_choice": GONE}
    )

    def __init__(self, *args, scope, department=None, **kwargs):
        super().__init__(*args, **kwargs)
        found = Departments(scope)
        own = set(found.inside(department)) if department else set()
        others = [row for row in found.rows if row.pk not in own]
        self.fields["below"].choices = [(row.pk, found.path(row.pk)) for row in others]
        if department and department.is_root:
            del self.fields["below"]

    def clean_name(self):
        if fault := fault_of(self.cleaned_data["name"]):
            raise ValidationError(fault)
        return self.cleaned_data["name"]
