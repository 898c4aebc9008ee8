"""The rows of an uploaded workbook as entries, and everything that is wrong with them. Pure."""

import datetime
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from django.utils.translation import gettext as _

from haina.lib.text import compact, tidy
from haina.sheets.reader import Cell, Row
from residents.imports import cells, columns
from residents.imports.cells import BadCell
from residents.imports.columns import Layout, letter_of
from residents.models import Resident

HEADER_WITHIN = 10  # rows; notes or a title may stand above the header
TICK = 500
LONGEST_SHEET_NAME = 31  # Excel's limit; other programs keep to no limit

Path = tuple[str, ...]

READERS = {
    columns.NAME: ("name", cells.name_of),
    columns.GENDER: ("gender", cells.gender_of),
    columns.IDENTITY: ("identity", cells.identity_of),
    columns.LEASE_END: ("lease_ends_on", cells.lease_end_of),
    columns.PHONE: ("phone", cells.phone_of),
    columns.ID_NUMBER: ("id_number", cells.id_number_of),
}
TOGETHER = (columns.NAME, columns.IDENTITY, columns.PHONE)


@dataclass(frozen=True)
class Problem:
    """What is wrong, where, and what to do. `column` is Excel's letter, "" for the whole row."""

    sheet: str
    row: int
    column: str
    code: str
    message: str


class HeaderRefused(Exception):
    """No sheet has the header of the template. `problems` names the cells that differ."""

    def __init__(self, message: str, problems: list[Problem]) -> None:
        super().__init__(message)
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Entry:
    """A row that can be imported. `person` is empty when it is there for its room only."""

    sheet: str
    row: int
    path: Path
    person: dict[str, str | datetime.date | None]


@dataclass
class Sheet:
    """What a workbook says: its entries and its problems, in the order of sheets and rows."""

    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not self.entries and not self.problems


def read_sheet(rows: Iterable[Row], *, layout: Layout, community: str, tick=None) -> Sheet:
    """Every sheet with the template's header, as one. Raises HeaderRefused where there is none,
    and where another sheet looks as if it were meant too: nothing is left out in silence. It reads
    to the end, because only then the file is known to be whole.

    `tick(n)` is called now and then with the number of rows read so far.
    """
    reader = RowReader(layout, community, tick or (lambda count: None))
    found, near, nearest = False, [], []
    for name, grouped in groupby(rows, key=lambda row: row.sheet):
        sheet_rows = iter(grouped)
        header = find_header(tidy(name)[:LONGEST_SHEET_NAME], sheet_rows, layout)
        if header.is_whole:
            found = True
            reader.read_all(header.sheet, sheet_rows)
        elif header.likeness * 2 > layout.width:
            near = near or header.differences
        elif header.likeness > 1:
            nearest = nearest or header.differences
    if near or not found:
        raise HeaderRefused(header_message(near or nearest, community), near or nearest)
    return reader.sheet


def header_message(differences: list[Problem], community: str) -> str:
    if differences:
        message = _("表头与“%s”的模板不一致。请重新下载模板，把内容粘贴进去，不要修改表头。")
    else:
        message = _("没有找到模板的表头。请下载“%s”的模板，填写后上传。")
    return message % community


@dataclass(frozen=True)
class Header:
    """What was found of the header at the top of a sheet: of all rows, the one most like it."""

    sheet: str
    likeness: int = 0
    differences: list[Problem] = field(default_factory=list)
    is_whole: bool = False


def find_header(sheet: str, rows: Iterator[Row], layout: Layout) -> Header:
    """Takes rows up to the header, or HEADER_WITHIN of them."""
    best = Header(sheet)
    for _number, row in zip(range(HEADER_WITHIN), rows, strict=False):
        likeness = layout.likeness(row.cells)
        if likeness > best.likeness:
            differences = header_problems(sheet, row, layout)
            best = Header(sheet, likeness, differences, is_whole=not differences)
        if best.is_whole:
            break
    return best


def header_problems(sheet: str, row: Row, layout: Layout) -> list[Problem]:
    changed = [
        (index, _("表头应为“%s”，请改回，或重新下载模板填写。") % heading)
        for index, (heading, same) in enumerate(
            zip(layout.headings, layout.matches(row.cells), strict=True)
        )
        if not same
    ]
    beside = [
        (index, _("模板没有这一列，请删除后重新上传。")) for index in layout.beside(row.cells)
    ]
    return [
        Problem(sheet, row.number, letter_of(index), "header_changed", message)
        for index, message in changed + beside
    ]


def is_blank(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not compact(cell))


class RowReader:
    """Reads one row after the other against the same header."""

    def __init__(self, layout: Layout, community: str, tick: Callable[[int], None]) -> None:
        self.sheet = Sheet()
        self.layout, self.tick, self.count = layout, tick, 0
        self.community, self.community_key = community, compact(community).casefold()
        self.column_of = {heading: layout.index(heading) for heading in columns.FIXED}

    def read_all(self, name: str, rows: Iterable[Row]) -> None:
        """Add what the rows of a sheet below its header say."""
        for row in rows:
            self.count += 1
            if self.count % TICK == 0:
                self.tick(self.count)
            if all(map(is_blank, row.cells[: self.layout.width])):
                continue
            entry, problems = self.read(name, row)
            self.sheet.problems += problems
            if entry is not None:
                self.sheet.entries.append(entry)

    def read(self, name: str, row: Row) -> tuple[Entry | None, list[Problem]]:
        """The entry, or every problem of the row."""
        self.name, self.row, self.problems, self.bad = name, row, [], set()
        values = row.cells + (None,) * (self.layout.width - len(row.cells))
        person = {
            field: self.value(self.column_of[heading], read, values)
            for heading, (field, read) in READERS.items()
        }
        path = self.path_of(values)
        self.check_community(values)
        self.check_person(person)
        if self.problems:
            return None, self.problems
        return Entry(name, row.number, path, person if person["phone"] else {}), []

    def value(self, index: int, read: cells.Reader, values: tuple[Cell, ...]):
        try:
            return read(values[index])
        except BadCell as bad:
            self.problem(index, bad.code, bad.message)
            return None

    def problem(self, index: int, code: str, message: str) -> None:
        self.bad.add(index)
        heading = self.layout.headings[index]
        place = (self.name, self.row.number, letter_of(index))
        self.problems.append(Problem(*place, code, f"{heading}：{message}"))

    def path_of(self, values: tuple[Cell, ...]) -> Path:
        first = self.layout.first_level
        path = tuple(
            self.value(index, cells.room_of, values) for index in range(first, self.layout.width)
        )
        for index, name in enumerate(path, first):
            if not name and index not in self.bad:
                self.problem(index, "missing", _("不能为空，请填写。"))
        return path

    def check_community(self, values: tuple[Cell, ...]) -> None:
        index = self.column_of[columns.COMMUNITY]
        name = self.value(index, cells.name_of, values)
        if name is not None and compact(name).casefold() != self.community_key:
            self.problem(
                index, "wrong_community", _("应为“%s”，请检查是否选错小区。") % self.community
            )

    def check_person(self, person: dict) -> None:
        """姓名, 身份 and 手机 go together; a lease ends for 限期租客, and only for them."""
        columns_of_person = {self.column_of[heading] for heading in READERS}
        if not any(person.values()) and not self.bad & columns_of_person:
            return
        for heading in TOGETHER:
            index = self.column_of[heading]
            if not person[READERS[heading][0]] and index not in self.bad:
                self.problem(index, "missing", _("姓名、身份、手机必须一同填写，请补上。"))
        self.check_lease(person)

    def check_lease(self, person: dict) -> None:
        index = self.column_of[columns.LEASE_END]
        if not person["identity"] or index in self.bad:
            return
        term = person["identity"] == Resident.Identity.TERM_TENANT
        if term and not person["lease_ends_on"]:
            self.problem(index, "missing", _("限期租客必须填写租约到期时间。"))
        if not term and person["lease_ends_on"]:
            message = _("只有限期租客填写租约到期时间，请清空或更正身份。")
            self.problem(index, "not_for_this_identity", message)
