from dataclasses import dataclass

from django import forms
from django.core.validators import MaxLengthValidator, RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities import levels
from communities.models import MOST_LEVELS, NAME_LENGTH, Community
from communities.ranges import BadRange, Batch, batch_of, expand
from communities.services import Level
from haina.accounts.step_up import StepUpForm
from haina.lib.text import tidy
from haina.sheets.names import validate_name, validate_place

NEW_LEVELS = 3  # rows that a new community begins with
TOO_LONG = gettext_lazy("最多 %(limit_value)d 个字，现在有 %(show_value)d 个。")
PHONE = RegexValidator(
    r"^\+?[0-9][0-9 -]{2,18}$", gettext_lazy("请填写电话号码，如 0755-86013388。")
)


class TidyField(forms.CharField):
    """One line as people mean it: half width, no stray spaces or control characters."""

    default_error_messages = {"required": gettext_lazy("请填写此项。")}

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        for validator in self.validators:
            if isinstance(validator, MaxLengthValidator):
                validator.message = TOO_LONG

    def to_python(self, value):
        return tidy(super().to_python(value))

    def widget_attrs(self, widget):
        """Without maxlength: browsers cut in silence, and an emoji is two characters to them."""
        attrs = super().widget_attrs(widget)
        if "maxlength" in attrs:
            attrs["data-limit"] = attrs.pop("maxlength")
        return attrs


@dataclass
class LevelRow:
    """A row of the level editor. `was` is the number of the level before the change, if any."""

    number: int
    name: str = ""
    was: int | None = None
    error: str = ""

    @property
    def label(self) -> str:
        return levels.label_of(self.number)

    @property
    def placeholder(self) -> str:
        return levels.placeholder_of(self.number)


class CommunityForm(forms.Form):
    """小区名称, 小区地址, 管理处电话, and the rows of the level editor: posted as pairs of `level`
    and `was`, with `add_level` or `remove_level` if one of its buttons was pressed."""

    name = TidyField(
        label=gettext_lazy("小区名称"),
        max_length=NAME_LENGTH,
        validators=[validate_name],
        widget=forms.TextInput(
            attrs={"placeholder": gettext_lazy("请输入小区名称"), "autocomplete": "off"}
        ),
    )
    address = TidyField(
        label=gettext_lazy("小区地址"),
        max_length=120,
        required=False,
        widget=forms.TextInput(
            attrs={"placeholder": gettext_lazy("请输入小区地址"), "autocomplete": "off"}
        ),
    )
    phone = TidyField(
        label=gettext_lazy("管理处电话"),
        max_length=20,
        required=False,
        validators=[PHONE],
        widget=forms.TextInput(
            attrs={"placeholder": gettext_lazy("请输入管理处电话"), "inputmode": "tel"}
        ),
    )

    def __init__(self, data=None, *, community: Community | None = None):
        self.levels = rows_of(community) if data is None else rows_posted(data)
        self.levels_error = ""
        self.grew = data is not None and "add_level" in data
        initial = {name: getattr(community, name, "") for name in self.base_fields}
        if data is not None and ("add_level" in data or "remove_level" in data):
            # Nobody has said yet that the form is ready: keep what was typed, without complaints.
            initial = {name: data.get(name, "") for name in self.base_fields}
            data = None
        super().__init__(data, initial=initial)

    @property
    def can_add_level(self) -> bool:
        return len(self.levels) < MOST_LEVELS

    @property
    def can_remove_level(self) -> bool:
        return len(self.levels) > 1

    def clean(self):
        names = [row.name for row in self.levels]
        for row, fault in zip(self.levels, levels.faults_of(names), strict=True):
            row.error = fault
        if fault := levels.fault_of_all(names):
            self.refuse_levels(fault)
        return {**self.cleaned_data, "levels": [Level(row.name, row.was) for row in self.levels]}

    def refuse_levels(self, message: str) -> None:
        """Shown at the level editor, unless a row says it already."""
        self.levels_error = "" if any(row.error for row in self.levels) else message
        self.add_error(None, message)


def rows_of(community: Community | None) -> list[LevelRow]:
    if community is None:
        return [LevelRow(number) for number in range(NEW_LEVELS)]
    return [LevelRow(number, name, number) for number, name in enumerate(community.levels)]


def rows_posted(data) -> list[LevelRow]:
    """What was typed, after the button of the level editor that was pressed has done its work."""
    names, numbers = data.getlist("level"), data.getlist("was")
    pairs = [
        (tidy(name), int(was) if was.isdecimal() and len(was) < 3 else None)
        for name, was in zip(names, numbers + [""] * len(names), strict=False)
    ][: MOST_LEVELS + 1]
    gone = data.get("remove_level", "")
    if gone.isdecimal() and int(gone) < len(pairs) > 1:
        del pairs[int(gone)]
    if "add_level" in data and len(pairs) < MOST_LEVELS:
        pairs.append(("", None))
    return [LevelRow(number, name, was) for number, (name, was) in enumerate(pairs)]


class CloseForm(StepUpForm):
    """Deleting a community is confirmed by typing its name, by who proves to be there."""

    name = TidyField(max_length=NAME_LENGTH, widget=forms.TextInput(attrs={"autocomplete": "off"}))

    field_order = ("name", "password", "code")

    def __init__(self, *args, community: Community, **kwargs):
        super().__init__(*args, **kwargs)
        self.community = community
        self.fields["name"].label = _("请输入小区名称“%s”以确认删除") % community.name
        self.fields["name"].widget.attrs["data-confirm"] = community.name

    def clean_name(self):
        if self.cleaned_data["name"] != tidy(self.community.name):
            raise forms.ValidationError(_("与小区名称“%s”不一致。") % self.community.name)
        return self.cleaned_data["name"]


class NodeForm(forms.Form):
    """The name of one node. `level` is what its level is called, such as 单元."""

    name = TidyField(
        max_length=NAME_LENGTH,
        validators=[validate_place],
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )

    def __init__(self, *args, level: str, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["name"]
        field.label = _("%s名称") % level
        field.widget.attrs["placeholder"] = _("请输入%s名称") % level


class RangeForm(forms.Form):
    """One field for each level below a node; those at the end may stay empty."""

    def __init__(self, *args, names: list[str], **kwargs):
        super().__init__(*args, **kwargs)
        for number, name in enumerate(names):
            is_room = number == len(names) - 1
            self.fields[f"level_{number}"] = RangeField(name, is_room=is_room, is_first=not number)

    def clean(self):
        names = [self.cleaned_data.get(field, []) for field in self.fields]
        while names and not names[-1]:
            names.pop()
        if not self.errors and [] in names:
            empty = list(self.fields)[names.index([])]
            self.add_error(empty, _("请先填写这一级，再填写它下面的各级。"))
        if self.errors:
            return self.cleaned_data
        try:
            self.cleaned_data["batch"] = batch_of(names)
        except BadRange as refusal:
            self.add_error(None, str(refusal))
        return self.cleaned_data

    @property
    def batch(self) -> Batch:
        return self.cleaned_data["batch"]


class RangeField(TidyField):
    """A list of names and ranges; its value is the names."""

    def __init__(self, name: str, *, is_room: bool, is_first: bool):
        super().__init__(label=name, max_length=500, required=is_first)
        self.is_room = is_room
        example = _("如 101-1804 或 商铺1、商铺2") if is_room else _("如 1-18栋、A-F 或 东、西")
        self.widget.attrs |= {"placeholder": example, "autocomplete": "off"}

    def clean(self, value):
        text = super().clean(value)
        try:
            names = expand(text, rooms=self.is_room)
        except BadRange as refusal:
            raise forms.ValidationError(str(refusal)) from None
        for name in names:
            validate_place(name)
        if self.required and not names:
            raise forms.ValidationError(_("请填写至少一个名称。"))
        return names


class CommunityChoice(forms.ModelChoiceField):
    def label_from_instance(self, community):
        return community.name


class StructureForm(forms.Form):
    community = CommunityChoice(
        Community.objects.none(), label=gettext_lazy("小区"), empty_label=None
    )
    # Made when the form is shown, so that a form sent twice starts one export.
    once = forms.CharField(widget=forms.HiddenInput, max_length=32)

    def __init__(self, *args, scope, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["community"].queryset = Community.objects.within(scope).for_list()
