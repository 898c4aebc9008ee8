"""The rows of an uploaded workbook as entries, and everything that is wrong with them. Pure."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from django.utils.translation import gettext as _

from haina.imports.cells import BadCell
from haina.imports.contract import Contract
from haina.imports.entries import Entry, Fault, Problem
from haina.imports.layout import letter_of
from haina.imports.sheet import Sheet
from haina.lib.text import compact, tidy
from haina.sheets.reader import Cell, Row

HEADER_WITHIN = 10  # rows; notes or a title may stand above the header
TICK = 500
LONGEST_SHEET_NAME = 31  # Excel's limit; other programs keep to no limit


class HeaderRefused(Exception):
    """No sheet has the header of the template. `problems` names the cells that differ."""

    def __init__(self, message: str, problems: list[Problem]) -> None:
        super().__init__(message)
        self.problems = problems


def read_sheet(rows: Iterable[Row], contract: Contract, *, tick=None) -> Sheet:
    """Every sheet with the template's header, as one. Raises HeaderRefused where there is none,
    and where another sheet looks as if it were meant too: nothing is left out in silence. It reads
    to the end, because only then the file is known to be whole.

    `tick(n)` is called now and then with the number of rows read so far.
    """
    reader = RowReader(contract, tick or (lambda count: None))
    found, near, nearest = False, [], []
    for name, grouped in groupby(rows, key=lambda row: row.sheet):
        sheet_rows = iter(grouped)
        header = find_header(tidy(name)[:LONGEST_SHEET_NAME], sheet_rows, contract)
        if header.is_whole:
            found = True
            reader.read_all(header, sheet_rows)
            continue
        reader.sheet.passed_over.append(header.sheet)
        if header.likeness * 2 > contract.layout.width:
            near = near or header.differences
        elif header.likeness > 1:
            nearest = nearest or header.differences
    if near or not found:
        raise HeaderRefused(header_message(near or nearest, contract.name), near or nearest)
    return reader.sheet


def header_message(differences: list[Problem], name: str) -> str:
    if differences:
        return _("表头与“%s”的模板不一致。请改回模板的表头，或重新下载模板填写。") % name
    return _("没有找到模板的表头。请下载“%s”的模板，在模板中填写后上传。") % name


@dataclass
class Header:
    """What was found of the header at the top of a sheet: of all rows, the one most like it."""

    sheet: str
    likeness: int = 0
    differences: list[Problem] = field(default_factory=list)
    beside: list[int] = field(default_factory=list)  # columns that the template does not have
    is_whole: bool = False


def find_header(sheet: str, rows: Iterator[Row], contract: Contract) -> Header:
    """Takes rows up to the header, or HEADER_WITHIN of them."""
    best, layout = Header(sheet), contract.layout
    for _number, row in zip(range(HEADER_WITHIN), rows, strict=False):
        likeness = layout.likeness(row.cells)
        if likeness > best.likeness:
            differences = header_problems(sheet, row, contract)
            beside = layout.beside(row.cells)
            best = Header(sheet, likeness, differences, beside, is_whole=not differences)
        if best.is_whole:
            break
    return best


def header_problems(sheet: str, row: Row, contract: Contract) -> list[Problem]:
    layout = contract.layout
    changed = [
        (index, _("表头应为“%s”，请改回，或重新下载模板填写。") % heading)
        for index, (heading, same) in enumerate(
            zip(layout.headings, layout.matches(row.cells), strict=True)
        )
        if not same
    ]
    out_of_place = [(index, str(contract.out_of_place)) for index in layout.meant(row.cells)]
    return [
        Problem(sheet, row.number, letter_of(index), "header_changed", message)
        for index, message in changed + out_of_place
    ]


def is_blank(cell: Cell) -> bool:
    if not isinstance(cell, str):
        return cell is None
    return not cell[:1].isalnum() and not compact(cell)


class RowReader:
    """Reads one row after the other against the same header."""

    def __init__(self, contract: Contract, tick: Callable[[int], None]) -> None:
        self.sheet, self.contract = Sheet(contract), contract
        self.readers, self.width = tuple(contract.readers), contract.layout.width
        self.missing = (None,) * self.width
        self.tick, self.count = tick, 0

    def read_all(self, header: Header, rows: Iterable[Row]) -> None:
        """Add what the rows of a sheet below its header say."""
        self.sheet.begin(header.sheet, header.beside)
        width = self.width
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
        faults: dict[int, Fault] = {}
        values = []
        for index, read in enumerate(self.readers):
            try:
                values.append(read(typed[index]))
            except BadCell as bad:
                values.append(None)
                faults[index] = Fault(bad.code, bad.message)
        self.contract.check(values, faults)
        if faults:
            self.sheet.add_bad(name, number, typed, faults)
        else:
            self.sheet.add(Entry(name, number, *self.contract.entry(values)))
