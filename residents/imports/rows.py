"""The rows of an uploaded workbook as entries, and everything that is wrong with them. Pure."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from django.utils.translation import gettext as _

from haina.lib.text import compact
from haina.sheets.reader import Cell, Row
from residents.imports import cells, columns
from residents.imports.cells import BadCell
from residents.imports.columns import Layout, letter_of
from residents.models import Resident

HEADER_WITHIN = 10  # rows; notes or a title may stand above the header

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

    row: int
    path: Path
    person: dict[str, str | datetime.date | None]


@dataclass
class Sheet:
    """What a workbook says: its entries and its problems, in the order of rows."""

    name: str = ""
    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not self.entries and not self.problems


def read_sheet(rows: Iterable[Row], *, layout: Layout, community: str, tick=None) -> Sheet:
    """The first sheet with the template's header. Raises HeaderRefused where there is none.

    `tick(n)` is called now and then with the number of rows read so far.
    """
    nearest: list[Problem] = []
    for name, sheet_rows in groupby(rows, key=lambda row: row.sheet):
        header, differences = find_header(sheet_rows, layout)
        if header is not None:
            return check_rows(name, sheet_rows, layout, community, tick or (lambda count: None))
        nearest = nearest or differences
    raise HeaderRefused(
        _("表头与“%s”的模板不一致。请重新下载模板，把内容粘贴进去，不要修改表头。") % community
        if nearest
        else _("没有找到模板的表头。请下载“%s”的模板，填写后上传。") % community,
        nearest,
    )


def find_header(rows: Iterator[Row], layout: Layout) -> tuple[Row | None, list[Problem]]:
    """The header row, or how the row that comes nearest to it differs. Takes rows up to it."""
    best, differences = 1, []
    for _number, row in zip(range(HEADER_WITHIN), rows, strict=False):
        matches = layout.matches(row.cells)
        if all(matches):
            return row, []
        if sum(matches) > best:
            best, differences = sum(matches), header_problems(row, layout, matches)
    return None, differences


def header_problems(row: Row, layout: Layout, matches: list[bool]) -> list[Problem]:
    return [
        Problem(
            row.sheet,
            row.number,
            letter_of(index),
            "header_changed",
            _("表头应为“%s”，请改回，或重新下载模板填写。") % heading,
        )
        for index, (heading, same) in enumerate(zip(layout.headings, matches, strict=True))
        if not same
    ]


def check_rows(name: str, rows: Iterable[Row], layout: Layout, community: str, tick) -> Sheet:
    sheet = Sheet(name)
    reader = RowReader(layout, community)
    for count, row in enumerate(rows, 1):
        if count % 500 == 0:
            tick(count)
        if not any(cell not in (None, "") for cell in row.cells[: layout.width]):
            continue
        entry, problems = reader.read(row)
        sheet.problems += problems
        if entry is not None:
            sheet.entries.append(entry)
    return sheet


class RowReader:
    """Reads one row after the other against the same header."""

    def __init__(self, layout: Layout, community: str) -> None:
        self.layout = layout
        self.community, self.community_key = community, compact(community).casefold()
        self.column_of = {heading: layout.index(heading) for heading in columns.FIXED}

    def read(self, row: Row) -> tuple[Entry | None, list[Problem]]:
        """The entry, or every problem of the row."""
        self.row, self.problems, self.bad = row, [], set()
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
        return Entry(row.number, path, person if person["phone"] else {}), []

    def value(self, index: int, read: cells.Reader, values: tuple[Cell, ...]):
        try:
            return read(values[index])
        except BadCell as bad:
            self.problem(index, bad.code, bad.message)
            return None

    def problem(self, index: int, code: str, message: str) -> None:
        self.bad.add(index)
        heading = self.layout.headings[index]
        place = (self.row.sheet, self.row.number, letter_of(index))
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
