"""The header of a workbook: which column stands where. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from haina.lib.text import compact

REASON = "原因"  # the last column of error workbooks


@dataclass(frozen=True)
class Layout:
    """Where each column stands, from 0. An app's own layout says what may stand beside them."""

    headings: tuple[str, ...]

    # Right of the headings an import passes over these without a note: exports write them there.
    PASSED_OVER: ClassVar[Collection[str]] = ("", REASON)
    # Right of the headings these would change what a row means, so they are refused.
    MEANT: ClassVar[Collection[str]] = ()
    ALIASES: ClassVar[Mapping[str, str]] = {}  # other spellings of headings

    @property
    def width(self) -> int:
        return len(self.headings)

    def likeness(self, cells: Sequence[object]) -> int:
        """How many of the headings stand in a row, wherever."""
        keys = {self.key(cell) for cell in cells}
        return sum(self.key(heading) in keys for heading in self.headings)

    def beside(self, cells: Sequence[object]) -> list[int]:
        """Columns right of the template's own that have a heading which no export writes there."""
        passed_over = set(map(self.key, self.PASSED_OVER))
        return [
            index
            for index in range(self.width, len(cells))
            if self.key(cells[index]) not in passed_over
        ]

    def meant(self, cells: Sequence[object]) -> list[int]:
        """Those among them that would change what a row means."""
        return [index for index in self.beside(cells) if self.key(cells[index]) in self.MEANT]

    def matches(self, cells: Sequence[object]) -> list[bool]:
        """For each heading, whether the cell says the same but for spaces, line breaks and
        full-width brackets."""
        texts = [self.key(cell) for cell in cells[: self.width]]
        texts += [""] * (self.width - len(texts))
        return [
            text == self.key(heading) for text, heading in zip(texts, self.headings, strict=True)
        ]

    def key(self, cell: object) -> str:
        text = compact(str(cell)) if isinstance(cell, str | int) else ""
        return self.ALIASES.get(text, text)


def letter_of(index: int) -> str:
    """0 is A, 25 is Z, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
