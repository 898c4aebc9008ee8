"""Names that would not come back from an export as they are; forms refuse them."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from haina.sheets.cells import TOO_LONG, UNCALCULATED

CLEAR = "-"  # in a cell that may be blank: what is on file goes
DASHES = {CLEAR, "－", "—", "–", "−"}
# What error workbooks show of a cell without a value, and what Excel leaves of a pasted formula.
ERRORS = {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#SPILL!", "#CALC!"}
ERRORS |= {"#NUM!", UNCALCULATED.text, "#ERROR!"}
NO_NAMES = DASHES | ERRORS | {TOO_LONG.text}
TEXT_OF_NUMBER = re.compile(r"([0-9]+)\.0+")


def validate_name(name: str) -> None:
    if name in NO_NAMES:
        told = _("“%s”在表格中表示清空或错误，导出后无法再导入，请改用其他名称。")
        raise ValidationError(told % name, code="no_name")


def validate_place(name: str) -> None:
    """A block, an entrance, a room: as validate_name, and no number with a point and zeros."""
    validate_name(name)
    if whole := TEXT_OF_NUMBER.fullmatch(name):
        told = _("“%(name)s”在表格中与“%(whole)s”相同，请填写“%(whole)s”或其他名称。")
        raise ValidationError(told % {"name": name, "whole": whole[1]}, code="number")
