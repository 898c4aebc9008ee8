"""What an app says of its workbook: columns, cells, rows and people. Pure.

A contract is made anew for each reading of a file, for one target (a community, an account): what
its readers remember of cells and whatever it looks up for them lasts as long as that.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence

from haina.imports.cells import Reader
from haina.imports.entries import Fault, Key, Person
from haina.imports.layout import Layout
from haina.sheets.cells import Cell
from haina.sheets.names import CLEAR


class Contract(ABC):
    """An app's subclass sets what stands here without a value, in its class or its __init__, and
    overrides what is different with it. Indexes count columns from 0, and a person is a tuple in
    the order of the columns: the first columns of a workbook are those of the person."""

    # The target as people call it: “表头与“%s”的模板不一致”.
    name: str
    layout: Layout
    # One for each heading. A reader takes a cell and returns its value, "" or None for a blank one,
    # or raises BadCell; CLEAR stands for a cell that asks to clear what is on file.
    readers: Sequence[Reader]
    # May it also be a text file with separated values?
    with_csv: bool = False
    # What makes two rows the same person, in words: 同一房间、同一手机号.
    same: str
    # Columns of a person that may be blank on file and are filled in under 补全空白.
    fillable: Collection[int]
    # The columns of which a change is shown, and what they are called there; no key column.
    labels: Mapping[int, str]
    # What a column of Layout.MEANT is told.
    out_of_place: str = ""
    # Told beside a plan when doubtful() found something; takes %(count)d and %(places)s.
    doubt: str = ""

    @abstractmethod
    def check(self, values: list, faults: dict[int, Fault]) -> None:
        """Add to the faults of a row what is wrong between its cells; never over another fault of
        the same column. The value of a faulty cell is None. Called for every row."""

    @abstractmethod
    def entry(self, values: list) -> tuple[Key, Person | None]:
        """The key and the person of a row without faults. Called for every one of them."""

    @abstractmethod
    def cells_of(self, key: Key, person: Person) -> tuple[Cell, ...]:
        """As the row would be typed in the template: for the error workbook."""

    def doubtful(self, person: Person) -> int | None:
        """The column of something that is imported as it is but looks mistyped, if there is one.
        Called for every new entry."""
        return None

    def after(self, before: Person, row: Person) -> Person:
        """What would be on file if the row's word counts: a blank cell erases nothing, a dash
        does."""
        both = zip(before, row, strict=True)
        return tuple(["" if now == CLEAR else now or was for was, now in both])

    def filled(self, before: Person, after: Person) -> Person:
        """What is on file, with blanks filled in from the row."""
        filled = list(before)
        for index in self.fillable:
            filled[index] = before[index] or after[index]
        return tuple(filled)

    @abstractmethod
    def row_of(self, key: Key, person: Person) -> dict[str, str]:
        """What a preview shows of somebody, masked: name, fact, phone and place, of which fact and
        place stand below the Importer's words for them."""

    def shown(self, index: int, value) -> str:
        """A value of a person in words, masked where people are shown it masked."""
        return str(value or "")
