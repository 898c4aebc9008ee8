"""What an uploaded workbook says: people by key, places, and what is wrong with it. Pure."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from haina.imports.contract import Contract
from haina.imports.entries import BadRow, Entry, Fault, Key, Problem
from haina.imports.layout import letter_of
from haina.sheets.reader import Cell

MOST_PROBLEMS = 20_000  # told one by one; the rest are counted
MOST_BAD_ROWS = 10_000  # in the error workbook
MOST_PLACES = 10  # named in a note


@dataclass
class Sheet:
    """All sheets with the template's header, as one, in the order of sheets and rows."""

    contract: Contract
    entries: dict[Key, Entry] = field(default_factory=dict)
    places: dict[Key, None] = field(default_factory=dict)  # keys of rows that name nobody
    rows: int = 0
    repeated: int = 0  # rows that say again what another has said
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0
    bad: list[BadRow] = field(default_factory=list)
    bad_rows: int = 0
    passed_over: list[str] = field(default_factory=list)  # visible sheets without the header
    beside: dict[str, list[int]] = field(default_factory=dict)  # columns without meaning, by sheet
    doubtful: int = 0  # cells that look mistyped
    doubtful_places: list[str] = field(default_factory=list)
    torn: dict[Key, tuple[Entry, Entry]] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not self.rows

    def begin(self, sheet: str, beside: list[int]) -> None:
        self.beside[sheet] = beside

    def add(self, entry: Entry) -> None:
        """An entry; the same person told in two ways is wrong in both rows."""
        self.rows += 1
        key = entry.key
        if entry.person is None:
            self.places[key] = None
            return
        if key in self.torn:
            self.add_contradiction(entry)
            return
        first = self.entries.setdefault(key, entry)
        if first is entry:
            self.look_at(entry)
        elif first.person == entry.person:
            self.repeated += 1
        else:
            del self.entries[key]
            self.torn[key] = (first, entry)
            self.withhold(first, self.differs(entry, beside=first.sheet))
            self.add_contradiction(entry)

    def add_contradiction(self, entry: Entry) -> None:
        first, second = self.torn[entry.key]
        other = second if entry.person == first.person else first
        fault = self.differs(other, beside=entry.sheet)
        self.withhold(entry, fault)
        self.tell(Problem(entry.sheet, entry.row, "", "repeated", fault.message))

    def differs(self, other: Entry, *, beside: str) -> Fault:
        """A row of the sheet `beside` is about the same person as another, and says otherwise."""
        place = {"sheet": other.sheet, "row": other.row, "same": self.contract.same}
        if beside == other.sheet:
            message = _("与第 %(row)d 行是%(same)s，但内容不同。请只保留一行。")
        else:
            message = _("与“%(sheet)s”第 %(row)d 行是%(same)s，但内容不同。请只保留一行。")
        return Fault("repeated", message % place)

    def withhold(self, entry: Entry, fault: Fault) -> None:
        cells = self.contract.cells_of(entry.key, entry.person)
        self.keep_bad(BadRow(entry.sheet, entry.row, cells, {-1: fault}))

    def add_bad(self, sheet: str, row: int, cells: tuple[Cell, ...], faults: dict) -> None:
        """A row that cannot be imported: every fault by the index of its column."""
        self.rows += 1
        headings = self.contract.layout.headings
        told = {
            index: fault._replace(message=f"{headings[index]}{_('：')}{fault.message}")
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

    def look_at(self, entry: Entry) -> None:
        index = self.contract.doubtful(entry.person)
        if index is None:
            return
        self.doubtful += 1
        if len(self.doubtful_places) < MOST_PLACES:
            self.doubtful_places.append(f"“{entry.sheet}”{letter_of(index)}{entry.row}")

    @property
    def bad_in_order(self) -> list[BadRow]:
        order = {sheet: place for place, sheet in enumerate(self.beside)}
        return sorted(self.bad, key=lambda bad: (order[bad.sheet], bad.row))

    @property
    def notes(self) -> list[str]:
        """What was passed over, and what looks odd: sentences that repeat nothing typed."""
        told = [
            _("“%(sheet)s”中模板以外的列 (%(columns)s) 已忽略。")
            % {"sheet": sheet, "columns": _("、").join(map(letter_of, beside))}
            for sheet, beside in self.beside.items()
            if beside
        ]
        told += [_("“%s”没有模板的表头，已跳过。") % sheet for sheet in self.passed_over]
        if self.doubtful:
            more = "…" if self.doubtful > len(self.doubtful_places) else ""
            places = _("、").join(self.doubtful_places) + more
            told.append(self.contract.doubt % {"count": self.doubtful, "places": places})
        if self.bad_rows > len(self.bad):
            told.append(_("错误表只列出前 %d 行。") % len(self.bad))
        return told
