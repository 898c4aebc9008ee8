"""What an uploaded workbook says: residents by room and phone, rooms, and what is wrong. Pure.

Many thousand rows are held here at once, so an entry is a tuple, and only of rows that fail the
cells are kept as they were typed.
"""

import datetime
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.translation import gettext as _

from haina.lib.masking import national
from haina.sheets.reader import Cell
from residents.id_numbers import checksum_fails
from residents.imports.columns import GENDER_NAMES, IDENTITY_NAMES, Layout, letter_of

MOST_PROBLEMS = 20_000  # told one by one; the rest are counted
MOST_BAD_ROWS = 10_000  # in the error workbook
MOST_PLACES = 10  # named in a note
ID_COLUMN = 5

Path = tuple[str, ...]
# name, gender, identity, lease_ends_on, phone, id_number, as the columns stand; "" is blank.
Person = tuple[str, str, str, datetime.date | None, str, str]
Key = tuple[Path, str]  # the same room and phone is the same resident


class Entry(NamedTuple):
    """A row that can be imported. Without a person it is there for its room only."""

    sheet: str
    row: int
    path: Path
    person: Person | None


class Fault(NamedTuple):
    """What is wrong with a cell: a stable code, and a sentence that says what to do."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, where, and what to do. `column` is Excel's letter, "" for the whole row."""

    sheet: str
    row: int
    column: str
    code: str
    message: str


class BadRow(NamedTuple):
    """A row that fails, as it was typed. The fault of the whole row has the index -1."""

    sheet: str
    row: int
    cells: tuple[Cell, ...]
    faults: dict[int, Fault]


@dataclass
class Sheet:
    """All sheets with the template's header, as one, in the order of sheets and rows."""

    layout: Layout
    community: str
    entries: dict[Key, Entry] = field(default_factory=dict)
    rooms: dict[Path, None] = field(default_factory=dict)  # of rows that name nobody
    rows: int = 0
    repeated: int = 0  # rows that say again what another has said
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0
    bad: list[BadRow] = field(default_factory=list)
    bad_rows: int = 0
    passed_over: list[str] = field(default_factory=list)  # visible sheets without the header
    beside: dict[str, list[int]] = field(default_factory=dict)  # columns without meaning, by sheet
    doubtful: int = 0  # ID numbers whose check digit is wrong
    doubtful_places: list[str] = field(default_factory=list)
    torn: dict[Key, tuple[Entry, Entry]] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not self.rows

    def begin(self, sheet: str, beside: list[int]) -> None:
        self.beside[sheet] = beside

    def add(self, entry: Entry) -> None:
        """An entry; the same resident told in two ways is wrong in both rows."""
        self.rows += 1
        if entry.person is None:
            self.rooms[entry.path] = None
            return
        key = (entry.path, entry.person[4])
        if key in self.torn:
            self.add_contradiction(entry, key)
            return
        first = self.entries.setdefault(key, entry)
        if first is entry:
            self.look_at_id_number(entry)
        elif first.person == entry.person:
            self.repeated += 1
        else:
            del self.entries[key]
            self.torn[key] = (first, entry)
            self.withhold(first, differs(entry, beside=first.sheet))
            self.add_contradiction(entry, key)

    def add_contradiction(self, entry: Entry, key: Key) -> None:
        first, second = self.torn[key]
        other = second if entry.person == first.person else first
        fault = differs(other, beside=entry.sheet)
        self.withhold(entry, fault)
        self.tell(Problem(entry.sheet, entry.row, "", "repeated", fault.message))

    def withhold(self, entry: Entry, fault: Fault) -> None:
        cells = cells_of(entry, self.community)
        self.keep_bad(BadRow(entry.sheet, entry.row, cells, {-1: fault}))

    def add_bad(self, sheet: str, row: int, cells: tuple[Cell, ...], faults: dict) -> None:
        """A row that cannot be imported: every fault by the index of its column."""
        self.rows += 1
        told = {
            index: fault._replace(message=f"{self.layout.headings[index]}：{fault.message}")
            for index, fault in sorted(faults.items())
        }
        self.keep_bad(BadRow(sheet, row, cells, told))
        for index, fault in told.items():
            self.tell(Problem(sheet, row, letter_of(index), fault.code, fault.message))

    def keep_bad(self, row: BadRow) -> None:
        self.bad_rows += 1
        if len(self.bad) < MOST_BAD_ROWS:
            self.bad.append(row)

    def tell(self, problem: Problem) -> None:
        self.problem_count += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)

    def look_at_id_number(self, entry: Entry) -> None:
        if checksum_fails(entry.person[ID_COLUMN]):
            self.doubtful += 1
            if len(self.doubtful_places) < MOST_PLACES:
                self.doubtful_places.append(f"“{entry.sheet}”{letter_of(ID_COLUMN)}{entry.row}")

    @property
    def bad_in_order(self) -> list[BadRow]:
        order = {sheet: place for place, sheet in enumerate(self.beside)}
        return sorted(self.bad, key=lambda bad: (order[bad.sheet], bad.row))

    @property
    def notes(self) -> list[str]:
        """What was passed over, and what looks odd: sentences that repeat nothing typed."""
        told = [
            _("“%(sheet)s”中模板以外的列 (%(columns)s) 已忽略。")
            % {"sheet": sheet, "columns": "、".join(map(letter_of, beside))}
            for sheet, beside in self.beside.items()
            if beside
        ]
        told += [_("“%s”没有模板的表头，已跳过。") % sheet for sheet in self.passed_over]
        if self.doubtful:
            more = "…" if self.doubtful > len(self.doubtful_places) else ""
            told.append(
                _("%(count)d 个证件号的校验码不正确 (不影响导入)，请核对：%(places)s。")
                % {
                    "count": self.doubtful,
                    "places": "、".join(self.doubtful_places) + more,
                }
            )
        if self.bad_rows > len(self.bad):
            told.append(_("错误表只列出前 %d 行。") % len(self.bad))
        return told


def differs(other: Entry, *, beside: str) -> Fault:
    """A row of the sheet `beside` is about the same resident as another, and says otherwise."""
    if beside == other.sheet:
        message = _("与第 %d 行是同一房间、同一手机号，但内容不同。请只保留一行。") % other.row
    else:
        place = {"sheet": other.sheet, "row": other.row}
        message = _("与“%(sheet)s”第 %(row)d 行是同一房间、同一手机号，但内容不同。请只保留一行。")
        message %= place
    return Fault("repeated", message)


def cells_of(entry: Entry, community: str) -> tuple[Cell, ...]:
    """The entry as its row would be typed."""
    name, gender, identity, lease_ends_on, phone, id_number = entry.person
    shown = GENDER_NAMES.get(gender, gender), IDENTITY_NAMES[identity], lease_ends_on
    return (name, *shown, national(phone), id_number, community, *entry.path)
