from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from communities.forms import CommunityChoice, TidyField
from communities.models import Community
from haina.accounts.forms import VouchedForm
from haina.imports.forms import UploadForm
from haina.lib.masking import mask_id_number, mask_phone
from haina.lib.meanwhile import SeenForm
from haina.lib.text import compact
from haina.sheets.names import validate_name
from residents.addresses import Address, names_in
from residents.fields import AddressField, IdNumberField, LeaseEndField, PhoneField, address_in
from residents.id_numbers import doubt
from residents.leases import PAIR
from residents.models import ID_NUMBER_LENGTH, NAME_LENGTH, Resident

MASKS = {"phone": mask_phone, "id_number": mask_id_number}


class AddressForm(forms.Form):
    """A form with the selects of an address, which `communities` bounds."""

    @property
    def chosen_address(self) -> Address | None:
        """What the selects show. Not named like the field, which templates would find first."""
        return address_in(self.communities, self["address"].value())


class MoveForm(AddressForm):
    def __init__(self, *args, communities, **kwargs):
        super().__init__(*args, **kwargs)
        self.communities = communities
        self.fields["address"] = AddressField(label=_("地址"), communities=communities)


class ResidentForm(AddressForm):
    """The guide's fields in the guide's order, less what the rights hide."""

    name = TidyField(
        label=_("姓名"),
        max_length=NAME_LENGTH,
        validators=[validate_name],
        error_messages={"required": _("请填写姓名。")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    gender = forms.ChoiceField(
        label=_("性别"),
        choices=Resident.Gender.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择性别。")},
    )
    phone = PhoneField(
        label=_("手机号"),
        error_messages={"required": _("请填写手机号。")},
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    id_number = IdNumberField(
        label=_("证件号"),
        required=False,
        max_length=ID_NUMBER_LENGTH,
        widget=forms.TextInput(
            attrs={"placeholder": _("请输入住户身份证或护照号"), "autocomplete": "off"}
        ),
    )
    identity = forms.ChoiceField(
        label=_("用户身份"),
        choices=Resident.Identity.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择用户身份。")},
    )
    lease_ends_on = LeaseEndField(
        label=_("租约到期时间"),
        required=False,
        help_text=_("限期租客必填，如 2018-12-31。"),
        widget=forms.DateInput(attrs={"autocomplete": "off", "data-date": True}),
    )
    field_order = ("name", "gender", "phone", "id_number", "address", "identity", "lease_ends_on")

    def __init__(self, *args, rights, scope, communities=None, **kwargs):
        super().__init__(*args, **kwargs)
        if communities is None:
            communities = Community.objects.within(scope).for_list()
        self.communities = communities
        self.fields["address"] = AddressField(label=_("地址"), communities=communities)
        self.order_fields(self.field_order)
        for name in with_lease(rights.hidden_fields) & self.fields.keys():
            del self.fields[name]
        self.locked = with_lease(rights.locked_fields) & self.fields.keys()
        for name in self.locked:
            self.fields[name].disabled, self.fields[name].required = True, False
        for name in self.locked & MASKS.keys() & self.initial.keys():
            self.initial = {**self.initial, name: MASKS[name](self.initial[name])}
            self.fields[name] = looked_at(self.fields[name])
        if "id_number" in self.fields.keys() - self.locked:
            number = (self.data if self.is_bound else self.initial).get("id_number", "")
            self.fields["id_number"].help_text = doubt(compact(number).upper())

    def clean(self):
        if "identity" not in self.fields or "identity" in self.locked:
            return
        if self.cleaned_data.get("identity") != Resident.Identity.TERM_TENANT:
            self.errors.pop("lease_ends_on", None)
            self.cleaned_data["lease_ends_on"] = None
        elif not self.cleaned_data.get("lease_ends_on") and "lease_ends_on" not in self.errors:
            self.add_error("lease_ends_on", _("限期租客必须填写租约到期时间。"))

    @property
    def warnings(self) -> list[str]:
        """What was typed and saved as it is, though it looks mistyped."""
        number = self.written.get("id_number", "")
        told = doubt(number) if number != self.initial.get("id_number") else ""
        return [told] if told else []

    @property
    def written(self) -> dict:
        """What the services take; nothing of hidden or locked fields."""
        written = {
            name: value for name, value in self.cleaned_data.items() if name not in self.locked
        }
        if address := written.pop("address", None):
            written["room"] = address.room
        return written


class EditForm(SeenForm, ResidentForm):
    FIELD_OF = {"room": "address", "lease_ends_on": "identity"}

    def __init__(self, *args, resident, **kwargs):
        super().__init__(*args, **kwargs)
        names = self.fields.keys() - self.locked - {"seen"}
        self.show(resident, {"room" if name == "address" else name for name in names})

    @property
    def written(self) -> dict:
        left = {"seen", *self.kept}
        if left & PAIR:
            left |= PAIR
        return {name: value for name, value in super().written.items() if name not in left}


def looked_at(field: forms.Field) -> forms.Field:
    """In place of a field that cannot be changed: a mask is no phone and no ID number."""
    return forms.CharField(label=field.label, disabled=True, required=False)


def with_lease(fields: frozenset[str]) -> frozenset[str]:
    """The right to the identity covers the end of the lease."""
    return fields | {"lease_ends_on"} if "identity" in fields else fields


def initial_of(resident: Resident) -> dict:
    names = ("name", "gender", "phone", "id_number", "identity", "lease_ends_on")
    values = {name: getattr(resident, name) for name in names}
    return values | {"address": Address.of(resident.room, resident.community)}


class ImportForm(UploadForm):
    """① the community, ② the file."""

    community = CommunityChoice(
        Community.objects.none(), label=_("小区"), empty_label=_("请选择小区")
    )

    def __init__(self, *args, scope, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["community"].queryset = Community.objects.within(scope).for_list()


class ExportForm(VouchedForm):
    """A part of a community, or what the list is `narrowed` to."""

    FOUND, LEVELS = "found", "levels"

    part = forms.ChoiceField(
        label=_("导出范围"),
        choices=[(FOUND, _("导出当前筛选结果")), (LEVELS, _("按层级导出"))],
        widget=forms.RadioSelect,
        initial=FOUND,
    )
    community = CommunityChoice(Community.objects.none(), label=_("小区"), empty_label=None)
    once = forms.CharField(widget=forms.HiddenInput, max_length=32)

    def __init__(self, *args, scope, narrowed: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["community"].queryset = Community.objects.within(scope).for_list()
        if not narrowed:
            del self.fields["part"]

    @property
    def is_of_found(self) -> bool:
        return self.cleaned_data.get("part") == self.FOUND

    def clean(self):
        """The address as chosen. A name that leads nowhere must not widen it to what is above."""
        if community := self.cleaned_data.get("community"):
            names = names_in(self.data)
            self.cleaned_data["address"] = address = Address(community, names)
            if address.names != names and not self.is_of_found:
                raise ValidationError(_("所选的楼栋或房间已被删除，请重新选择。"), code="gone")


class PersonalForm(VouchedForm):
    """Which of the rows that may be one person's are meant; at first those of the same name."""

    rows = forms.TypedMultipleChoiceField(
        label=_("属于此人的记录"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("手机号或证件号相同的记录。请核对，不属于此人的请取消勾选。"),
        error_messages={
            "required": _("请至少勾选一条记录。"),
            "invalid_choice": _("有记录已被别人修改，请核对后重新勾选。"),
        },
    )
    field_order = ("rows", "reason", "password", "code")

    def __init__(self, *args, held, **kwargs):
        super().__init__(*args, **kwargs)
        self.held = held
        self.fields["rows"].choices = [(each.pk, each.label) for each in held]
        self.initial["rows"] = [each.pk for each in held if each.is_named_alike]

    def clean_reason(self):
        reason = super().clean_reason()
        if any(each.person.name and each.person.name in reason for each in self.held):
            raise ValidationError(_("原因会一直保留，请不要填写住户的姓名。"))
        return reason

    @property
    def chosen(self) -> list:
        return [each for each in self.held if each.pk in self.cleaned_data["rows"]]


class EraseForm(PersonalForm):
    WORDS = "永久删除"

    words = TidyField(
        label=_("请输入“永久删除”以确认"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-confirm": WORDS}),
    )
    field_order = ("rows", "reason", "password", "code", "words")

    def clean_words(self):
        if self.cleaned_data["words"] != self.WORDS:
            raise ValidationError(_("请输入“永久删除”四个字。"))
        return self.cleaned_data["words"]
