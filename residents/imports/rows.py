"""The rows of an uploaded workbook as entries, and everything that is wrong with them. Pure."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from django.utils.translation import gettext as _

from haina.lib.text import compact, tidy
from haina.sheets.reader import Cell, Row
from residents.imports import cells
from residents.imports.cells import BadCell
from residents.imports.columns import Layout, letter_of
from residents.imports.sheet import Entry, Fault, Path, Person, Problem, Sheet
from residents.models import Resident

HEADER_WITHIN = 10  # rows; notes or a title may stand above the header
TICK = 500
LONGEST_SHEET_NAME = 31  # Excel's limit; other programs keep to no limit

# In the order of the columns, which is that of a Person.
READERS = (
    cells.name_of,
    cells.remembering(cells.gender_of),
    cells.remembering(cells.identity_of),
    cells.remembering(cells.lease_end_of),
    cells.phone_of,
    cells.id_number_of,
)
NAME, GENDER, IDENTITY, LEASE_END, PHONE, ID_NUMBER = range(6)
TOGETHER = (NAME, IDENTITY, PHONE)


class HeaderRefused(Exception):
    """No sheet has the header of the template. `problems` names the cells that differ."""

    def __init__(self, message: str, problems: list[Problem]) -> None:
        super().__init__(message)
        self.problems = problems


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
            reader.read_all(header, sheet_rows)
            continue
        reader.sheet.passed_over.append(header.sheet)
        if header.likeness * 2 > layout.width:
            near = near or header.differences
        elif header.likeness > 1:
            nearest = nearest or header.differences
    if near or not found:
        raise HeaderRefused(header_message(near or nearest, community), near or nearest)
    return reader.sheet


def header_message(differences: list[Problem], community: str) -> str:
    if differences:
        return _("表头与“%s”的模板不一致。请改回模板的表头，或重新下载模板填写。") % community
    return _("没有找到模板的表头。请下载“%s”的模板，在模板中填写后上传。") % community


@dataclass
class Header:
    """What was found of the header at the top of a sheet: of all rows, the one most like it."""

    sheet: str
    likeness: int = 0
    differences: list[Problem] = field(default_factory=list)
    beside: list[int] = field(default_factory=list)  # columns that the template does not have
    is_whole: bool = False


def find_header(sheet: str, rows: Iterator[Row], layout: Layout) -> Header:
    """Takes rows up to the header, or HEADER_WITHIN of them."""
    best = Header(sheet)
    for _number, row in zip(range(HEADER_WITHIN), rows, strict=False):
        likeness = layout.likeness(row.cells)
        if likeness > best.likeness:
            differences = header_problems(sheet, row, layout)
            beside = layout.beside(row.cells)
            best = Header(sheet, likeness, differences, beside, is_whole=not differences)
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
    deeper = [
        (index, _("小区的楼栋结构没有这一级。请删除这一列，或先在小区里增加这一级。"))
        for index in layout.deeper(row.cells)
    ]
    return [
        Problem(sheet, row.number, letter_of(index), "header_changed", message)
        for index, message in changed + deeper
    ]


def is_blank(cell: Cell) -> bool:
    if not isinstance(cell, str):
        return cell is None
    return not cell[:1].isalnum() and not compact(cell)


class RowReader:
    """Reads one row after the other against the same header."""

    def __init__(self, layout: Layout, community: str, tick: Callable[[int], None]) -> None:
        self.sheet = Sheet(layout, community)
        self.layout, self.tick, self.count = layout, tick, 0
        levels = [
            cells.remembering(cells.level_of) for _level in layout.headings[layout.first_level :]
        ]
        community_of = cells.remembering(cells.community_reader(community))
        name_of = cells.remembering(cells.name_of)  # as many names repeat, one text serves them all
        self.readers = (name_of, *READERS[1:], community_of, *levels)
        self.missing = (None,) * layout.width
        self.paths: dict[Path, Path] = {}

    def read_all(self, header: Header, rows: Iterable[Row]) -> None:
        """Add what the rows of a sheet below its header say."""
        self.sheet.begin(header.sheet, header.beside)
        width = self.layout.width
        for row in rows:
            self.count += 1
            if self.count % TICK == 0:
                self.tick(self.count)
            typed = row.cells[:width]
            if len(typed) < width:
                typed += self.missing[len(typed) :]
            if all(map(is_blank, typed)):
                continue
            self.read(header.sheet, row.number, typed)

    def read(self, name: str, number: int, typed: tuple[Cell, ...]) -> None:
        """Add the entry, or every problem of the row."""
        self.faults: dict[int, Fault] = {}
        values = []
        for index, read in enumerate(self.readers):
            try:
                values.append(read(typed[index]))
            except BadCell as bad:
                values.append(None)
                self.faults[index] = Fault(bad.code, bad.message)
        person = tuple(values[: len(READERS)])
        self.check_person(person)
        if self.faults:
            self.sheet.add_bad(name, number, typed, self.faults)
            return
        path = tuple(values[len(READERS) + 1 :])
        path = self.paths.setdefault(path, path)
        self.sheet.add(Entry(name, number, path, person if person[PHONE] else None))

    def check_person(self, person: Person) -> None:
        """姓名, 身份 and 手机 go together; a lease ends for 限期租客, and only for them."""
        faulty = any(index <= ID_NUMBER for index in self.faults)
        if not any(person) and not faulty:
            return
        for index in TOGETHER:
            if not person[index]:
                message = _("姓名、身份、手机必须一同填写，请补上。")
                self.faults.setdefault(index, Fault("missing", message))
        self.check_lease(person)

    def check_lease(self, person: Person) -> None:
        if not person[IDENTITY]:
            return
        term = person[IDENTITY] == Resident.Identity.TERM_TENANT
        if term and not person[LEASE_END]:
            message = _("限期租客必须填写租约到期时间。")
            self.faults.setdefault(LEASE_END, Fault("missing", message))
        if not term and person[LEASE_END]:
            message = _("只有限期租客填写租约到期时间，请清空或更正身份。")
            self.faults.setdefault(LEASE_END, Fault("not_for_this_identity", message))
