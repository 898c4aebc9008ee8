"""Ranges as people write them in the form that adds many nodes: 1-18栋, A-F, 101-1804. Pure.

In a list, 、 or a comma stands between the items. An item is a name as it stands, or a range:

- `1-18`, `1-18栋`, `1栋-18栋`, `A1-A18`, `A-F`: one after the other. Leading zeros stay: `01-12`.
- rooms, when both ends have three digits or more: the last two digits are the room, those before
  them the floor, and both run. `101-1804` is 101–104, 201–204 … 1801–1804.

`-`, `–`, `—`, `~`, `至` and `到` are the same.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice, product
from math import prod

from django.utils.translation import gettext as _

from communities.models import NAME_LENGTH
from communities.numbering import Path
from haina.lib.text import tidy

MOST = 100_000  # nodes made at once; a tree of them takes about three seconds
LONGEST_ITEM = 2 * NAME_LENGTH + 10  # a range of names has its dash and two of them
ROOM_DIGITS = 2

SEPARATOR = re.compile(r"[、,;]")
DASH = r"\s*(?:[-–—~]|至|到)\s*"
NUMBERS = re.compile(
    rf"(?P<head>.*?)(?P<first>[0-9]+)(?P<inner>\D*?){DASH}"
    r"(?P<repeated>.*?)(?P<last>[0-9]+)\s*(?P<tail>\D*)"
)
LETTERS = re.compile(rf"(?P<first>[A-Za-z])(?P<inner>\D*?){DASH}(?P<last>[A-Za-z])\s*(?P<tail>\D*)")
LOOKS_LIKE_A_RANGE = re.compile(r"[-–—~]")


class BadRange(ValueError):
    """What was typed cannot be read, or is too much; the message says which part, and why."""


def expand(text: str, *, rooms: bool = False) -> list[str]:
    """The names that a field stands for, in the order typed and each once. Raises BadRange."""
    names: dict[str, None] = {}
    items = list(filter(None, map(tidy, SEPARATOR.split(tidy(text)))))
    refuse_longer(item for item in items if len(item) > LONGEST_ITEM)
    for item in items:
        names.update(dict.fromkeys(names_of(item, rooms=rooms)))
        if len(names) > MOST:
            raise too_many()
    refuse_longer(names)
    return list(names)


def refuse_longer(names: Iterable[str]) -> None:
    if longer := next((name for name in names if len(name) > NAME_LENGTH), ""):
        told = _("“%(name)s…”超过 %(most)d 个字。")
        raise BadRange(told % {"name": longer[:10], "most": NAME_LENGTH})


def names_of(item: str, *, rooms: bool) -> Sequence[str] | Iterator[str]:
    if (found := NUMBERS.fullmatch(item)) and same_frame(found):
        head, tail = found["head"], found["tail"]
        first, last = found["first"], found["last"]
        numbers = floors(item, first, last) if rooms and has_floor(first, last) else None
        return (f"{head}{n}{tail}" for n in numbers or run(item, first, last))
    if (found := LETTERS.fullmatch(item)) and found["inner"] in ("", found["tail"]):
        return letters(item, found["first"], found["last"], found["tail"])
    if LOOKS_LIKE_A_RANGE.search(item):
        raise BadRange(
            _("看不懂“%s”。范围请写成 1-18、1-18栋 或 A-F；带“-”的名称请逐个添加。") % item
        )
    return [item]


def same_frame(found: re.Match) -> bool:
    """1栋-18栋 and A1-A18 repeat what stands around the number; A1-B18 is no range."""
    return found["inner"] in ("", found["tail"]) and found["repeated"] in ("", found["head"])


def run(item: str, first: str, last: str) -> Iterator[str]:
    """08, 09, 10: as wide as the first one if that has leading zeros."""
    width = len(first) if first.startswith("0") else 1
    start, end = bounds(item, first, last)
    return (f"{number:0{width}d}" for number in range(start, end + 1))


def has_floor(first: str, last: str) -> bool:
    """101 has one, 99 has none, and 001-100 is counted through."""
    long_enough = min(len(first), len(last)) > ROOM_DIGITS
    return long_enough and int(first[:-ROOM_DIGITS]) > 0


def floors(item: str, first: str, last: str) -> Iterator[str]:
    """101-1804: the floors 1 to 18, on each the rooms 01 to 04."""
    levels = list(run(item, first[:-ROOM_DIGITS], last[:-ROOM_DIGITS]))
    start, end = first[-ROOM_DIGITS:], last[-ROOM_DIGITS:]
    if int(start) > int(end):
        raise BadRange(
            _("“%(item)s”的后两位是房号，要从小到大，不能从 %(start)s 到 %(end)s。")
            % {"item": item, "start": start, "end": end}
        )
    if len(levels) * (int(end) - int(start) + 1) > MOST:
        raise too_many()
    return (f"{floor}{room:02d}" for floor in levels for room in range(int(start), int(end) + 1))


def letters(item: str, first: str, last: str, tail: str) -> list[str]:
    if first.isupper() != last.isupper() or first > last:
        raise BadRange(_("“%s”的字母要从前到后，大小写一致，如 A-F。") % item)
    return [f"{chr(code)}{tail}" for code in range(ord(first), ord(last) + 1)]


def bounds(item: str, first: str, last: str) -> tuple[int, int]:
    start, end = int(first), int(last)
    if start > end:
        raise BadRange(_("“%s”要从小到大。") % item)
    if end - start >= MOST:
        raise too_many()
    return start, end


def too_many() -> BadRange:
    return BadRange(_("一次最多添加 %d 个节点，请分批添加。") % MOST)


@dataclass(frozen=True)
class Batch:
    """The names on each level below a node: every name of one level under every one above."""

    names: tuple[tuple[str, ...], ...]

    @property
    def counts(self) -> list[int]:
        """How many nodes there will be on each level."""
        return [prod(map(len, self.names[:depth])) for depth in range(1, len(self.names) + 1)]

    @property
    def total(self) -> int:
        return sum(self.counts)

    @property
    def digest(self) -> str:
        """Tells whether a confirmation is of what was previewed."""
        return sha256(repr(self.names).encode()).hexdigest()

    def paths(self) -> Iterator[Path]:
        """To the deepest nodes; those above lie on the way."""
        return product(*self.names)


def batch_of(lists: Sequence[Sequence[str]]) -> Batch:
    """The batch of some levels' names, from the top. Raises BadRange if it is too large."""
    batch = Batch(tuple(tuple(names) for names in lists))
    if batch.total > MOST:
        raise BadRange(
            _("共 %(total)d 个节点，一次最多添加 %(most)d 个，请分批添加。")
            % {"total": batch.total, "most": MOST}
        )
    return batch


def sample(names: Sequence[str], size: int = 5) -> str:
    """The first few names and the last: 101、102、103 … 1804."""
    if len(names) <= size:
        return _("、").join(names)
    return _("、").join(islice(names, size - 1)) + f" … {names[-1]}"
