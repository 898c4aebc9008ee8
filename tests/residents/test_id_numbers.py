"""The kind of an ID number and its check digit."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from haina.imports.cells import CLEAR, BadCell
from residents.fields import IdNumberField
from residents.id_numbers import IdKind, checksum_fails, kind_of
from residents.imports.cells import id_number_of
from residents.leases import is_lease_end
from residents.models import ID_NUMBER_LENGTH


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("11010519491231002X", IdKind.IDENTITY_CARD),
        ("440524188001010014", IdKind.IDENTITY_CARD),
        ("440304198511080000", IdKind.IDENTITY_CARD),
        ("110105491231002", IdKind.IDENTITY_CARD),
        ("810000199408230021", IdKind.RESIDENCE_PERMIT),
        ("820000199408230021", IdKind.RESIDENCE_PERMIT),
        ("83000019940823002X", IdKind.RESIDENCE_PERMIT),
        ("911124198108030024", IdKind.FOREIGN_RESIDENT),
        ("CAN110123456789", IdKind.FOREIGN_RESIDENT),
        ("H12345678", IdKind.HOME_RETURN_PERMIT),
        ("M1234567800", IdKind.HOME_RETURN_PERMIT),
        ("12345678", IdKind.TAIWAN_PERMIT),
        ("1234567890", IdKind.TAIWAN_PERMIT),
        ("E12345678", IdKind.PASSPORT),
        ("EA1234567", IdKind.PASSPORT),
        ("G12345678", IdKind.PASSPORT),
        ("141234567", IdKind.PASSPORT),
        ("SE1234567", IdKind.PASSPORT),
        ("P.1234567", IdKind.PASSPORT),
        ("K12345678", IdKind.PASSPORT),
        ("MA1234567", IdKind.PASSPORT),
        ("X1234567(8)", IdKind.OTHER),
        ("ABCDEFG", IdKind.OTHER),
        ("1234", IdKind.OTHER),
        ("12345678901234567890", IdKind.OTHER),
    ],
)
def test_the_form_tells_the_kind(number, kind):
    assert kind_of(number) is kind


def test_no_number_has_no_kind():
    assert kind_of("") is None


@pytest.mark.parametrize(
    "number", ["11010519491231002X", "440524188001010014", "34052419800101001X"]
)
def test_true_numbers_pass(number):
    assert not checksum_fails(number)


@pytest.mark.parametrize(
    "number", ["440304198511080000", "440304199003080001", "440304199003080002"]
)
def test_the_guides_numbers_fail(number):
    assert checksum_fails(number)


@pytest.mark.parametrize("number", ["", "E12345678", "110105491231002", "44030419851108000"])
def test_what_has_no_check_digit_cannot_fail(number):
    assert not checksum_fails(number)


@pytest.mark.parametrize(
    ("day", "holds"),
    [
        (date(1899, 12, 31), False),
        (date(1900, 1, 1), True),
        (date(2199, 12, 31), True),
        (date(2200, 1, 1), False),
    ],
)
def test_a_lease_ends_within_living_memory(day, holds):
    assert is_lease_end(day) is holds


@pytest.mark.parametrize(
    "typed",
    [
        "K.1-2/3",
        "p.1234567",
        "R(123)4",
        "Ａ１２",
        "-",
        "—",
        "()",
        "1.2E10",
        "身份证",
        "K+1",
        "1" * 31,
    ],
)
def test_a_form_takes_what_an_import_takes(typed):
    """Else nobody could change whom an import brought, or bring back what a form took."""
    field = IdNumberField(required=False, max_length=ID_NUMBER_LENGTH)

    assert taken(field.clean, typed) == taken(id_number_of, typed)


def taken(read, typed) -> str:
    """The number as it is kept, or "" if it is not: CLEAR keeps none."""
    try:
        return read(typed).removeprefix(CLEAR)
    except (ValidationError, BadCell):
        return ""


@pytest.mark.parametrize("typed", ["K.1-2/3", "P.1234567"])
def test_marks_that_documents_have_are_taken(typed):
    assert IdNumberField().clean(typed) == typed
