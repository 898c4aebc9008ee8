"""The form fields of a person: messy input in, plain values or a sentence out."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from communities.forms import TidyField
from haina.imports.cells import BadCell
from haina.lib.fields import PhoneField as PhoneField
from haina.lib.text import compact
from residents.addresses import Address, names_in
from residents.id_numbers import ID_NUMBER, MALFORMED, SCIENTIFIC
from residents.imports.cells import lease_end_of
from residents.models import ID_NUMBER_LENGTH


class IdNumberField(TidyField):
    """Upper case, no spaces. The check digit of identity cards is not asked for."""

    def to_python(self, value):
        text = compact(super().to_python(value)).upper()
        if text and (not ID_NUMBER.fullmatch(text) or SCIENTIFIC.fullmatch(text)):
            raise ValidationError(MALFORMED % ID_NUMBER_LENGTH, code="invalid")
        return text


class LeaseEndField(forms.DateField):
    """A day in any of the forms that an import takes."""

    def to_python(self, value):
        if value in self.empty_values or isinstance(value, date):
            return value or None
        try:
            return lease_end_of(str(value))
        except BadCell as refusal:
            raise ValidationError(refusal.message, code=refusal.code) from None


class AddressWidget(forms.Widget):
    """Reads the selects; residents/address.html draws them, because they need the request."""

    def value_from_datadict(self, data, files, name):
        return data.get("community", ""), names_in(data)


class AddressField(forms.Field):
    default_error_messages = {"required": _("请选择完整的地址，直到最后一级。")}

    def __init__(self, *, communities, **kwargs):
        self.communities = communities
        super().__init__(widget=AddressWidget(), **kwargs)

    def clean(self, value):
        address = address_in(self.communities, value)
        if address is None or address.room is None:
            raise ValidationError(self.error_messages["required"], code="required")
        return address


def address_in(communities, value) -> Address | None:
    """The Address in what was posted or given as initial; a foreign community counts as none."""
    if value is None or isinstance(value, Address):
        return value
    pk, names = value
    known = pk.isdecimal() and len(pk) <= 18
    community = communities.filter(pk=pk).first() if known else None
    return Address(community, names) if community else None
