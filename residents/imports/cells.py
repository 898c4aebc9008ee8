"""The cells that residents have of their own: ID numbers, identities, leases, rooms. Pure."""

import datetime
import re

from django.utils.translation import gettext as _

from haina.imports.cells import (
    BadCell,
    Reader,
    clears,
    digits_lost,
    missing,
    name_reader,
    one_of,
    raw_text,
    refuse_to_clear,
    text_of,
)
from haina.imports.dates import bad_date, date_of
from haina.lib.text import compact
from haina.sheets.names import CLEAR, TEXT_OF_NUMBER
from haina.sheets.reader import Cell
from residents.id_numbers import ID_NUMBER, MALFORMED, SCIENTIFIC
from residents.imports.columns import IDENTITIES
from residents.leases import is_lease_end
from residents.models import ID_NUMBER_LENGTH, NAME_LENGTH

PLAIN_ID_NUMBER = re.compile(rf"[0-9A-Z]{{1,{ID_NUMBER_LENGTH}}}")

name_of = name_reader(NAME_LENGTH)


def room_of(cell: Cell) -> str:
    text = text_of(cell, longest=NAME_LENGTH)
    whole = TEXT_OF_NUMBER.fullmatch(text)
    return whole[1] if whole else text


def level_of(cell: Cell) -> str:
    """A block, an entrance, a room: never blank."""
    if text := room_of(cell):
        return text
    raise missing()


def community_reader(name: str) -> Reader:
    """Reads the column of the community, in which each row has the same name."""
    wanted = compact(name).casefold()

    def community_of(cell: Cell) -> str:
        typed = compact(name_of(cell)).casefold()
        if not typed:
            raise missing()
        if typed != wanted:
            raise BadCell("wrong_community", _("应为“%s”，请检查是否选错小区。") % name)
        return name

    return community_of


def identity_of(cell: Cell) -> str:
    refuse_to_clear(cell)
    return one_of(cell, IDENTITIES, _("请填写业主、家属、长期租客或限期租客。"))


def id_number_of(cell: Cell) -> str:
    if isinstance(cell, str) and PLAIN_ID_NUMBER.fullmatch(cell):
        return cell
    if clears(cell):
        return CLEAR
    text = compact(raw_text(cell)).upper()
    if SCIENTIFIC.fullmatch(text):
        raise digits_lost()
    if len(text) > ID_NUMBER_LENGTH or (text and not ID_NUMBER.fullmatch(text)):
        raise BadCell("bad_id_number", MALFORMED % ID_NUMBER_LENGTH)
    return text


def lease_end_of(cell: Cell) -> datetime.date | None:
    date = date_of(cell)
    if date and not is_lease_end(date):
        raise bad_date()
    return date
