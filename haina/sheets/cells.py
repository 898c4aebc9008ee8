"""What a cell can hold, and how it crosses the pipe between the child and its parent."""

import datetime
import math
from dataclasses import dataclass

from openpyxl.utils.datetime import from_excel, from_ISO8601

LONGEST_TEXT = 32_767  # Excel's own limit; a longer text was not written by a spreadsheet program


@dataclass(frozen=True, slots=True)
class CellError:
    """A cell without a usable value, such as #N/A."""

    text: str


Cell = str | int | float | bool | datetime.date | datetime.datetime | None | CellError

UNCALCULATED = CellError("公式没有计算结果")
TOO_LONG = CellError("文字超过 32767 个字符")
NOT_FINITE = CellError("#NUM!")


def bounded(text: str) -> Cell:
    """The text as it stands; an empty one is an empty cell."""
    return TOO_LONG if len(text) > LONGEST_TEXT else text or None


def number(value: float) -> Cell:
    """Both formats know floats only: 101.0 is meant as 101."""
    if isinstance(value, int):
        return value
    if not math.isfinite(value):
        return NOT_FINITE
    return int(value) if value.is_integer() else value


def parsed_number(text: str) -> Cell:
    """Digits stay exact, however many; what is no number is handed over as the text it is."""
    for kind in (int, float):
        try:
            return number(kind(text))
        except ValueError:
            continue
    return bounded(text)


def moment(value: Cell, epoch: datetime.datetime, *, duration: bool = False) -> Cell:
    """The date of a serial number. A number outside the calendar stays one, so nothing is lost."""
    if type(value) not in (int, float) or value < 0:
        return value
    try:
        return plain(from_excel(value, epoch, timedelta=duration))
    except (OverflowError, ValueError):
        return value


def iso_moment(text: str) -> Cell:
    try:
        return plain(from_ISO8601(text))
    except (OverflowError, ValueError, TypeError):
        return bounded(text)


def plain(value) -> Cell:
    """Whole days as dates; times of day and durations as text."""
    if isinstance(value, datetime.datetime):
        return value.date() if value.time() == datetime.time() else value
    return value if isinstance(value, datetime.date) else str(value)


def to_wire(value) -> dict:
    """For json.dumps(default=): the three kinds of cell that JSON does not know."""
    if isinstance(value, CellError):
        return {"error": value.text}
    kind = "at" if isinstance(value, datetime.datetime) else "on"
    return {kind: value.isoformat()}


def from_wire(value: dict) -> Cell:
    """For json.loads(object_hook=)."""
    ((kind, text),) = value.items()
    if kind == "error":
        return CellError(text)
    return (datetime.datetime if kind == "at" else datetime.date).fromisoformat(text)
