"""Names of communities and of departments in cells, and back. Pure.

A cell may hold several, each on its own line or parted by signs. A name that holds such a sign is
read all the same where it stands on a line of its own, which is how it is written.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from haina.imports.cells import BadCell, missing, raw_text, refuse_to_clear
from haina.lib.text import compact, tidy
from haina.sheets.reader import Cell

SEPARATORS = re.compile("[、,;]")  # once tidied; a slash stands between levels, or parts as well
SEPARATES = re.compile("[、，,;；/]")
LINES = re.compile(r"[\r\n]+")
MOST_TOLD = 10
LONGEST_TOLD = 30
LIKE_A_NUMBER = re.compile("[0-9]{5}")  # perhaps somebody's phone in the wrong column

Path = Sequence[str]  # a name, and before it the names of what it stands in


class Names:
    """What may be named in a column: pks with the ways to them, from the top."""

    def __init__(self, kind: str, paths: Iterable[tuple[int, Path]]) -> None:
        self.kind = kind  # 小区, 部门
        self.paths = {pk: tuple(path) for pk, path in paths}
        self.whole: dict[str, list[int]] = {}
        self.ends: dict[str, list[int]] = {}
        for pk, path in self.paths.items():
            self.whole.setdefault(key_of("/".join(path)), []).append(pk)
            for first in range(len(path)):
                self.ends.setdefault(key_of("/".join(path[first:])), []).append(pk)

    def read(self, cell: Cell) -> tuple[int, ...]:
        """The pks, ascending. Raises BadCell for none, and for a name that is not known or that
        several have."""
        refuse_to_clear(cell)
        found = {pk for line in LINES.split(raw_text(cell)) for pk in self.in_line(tidy(line))}
        if not found:
            raise missing()
        return tuple(sorted(found))

    def in_line(self, line: str) -> Iterator[int]:
        if self.known(line):
            yield from self.named(line)
            return
        for item in filter(None, map(str.strip, SEPARATORS.split(line))):
            yield from self.named(item) if self.known(item) else self.in_parts(item)

    def in_parts(self, item: str) -> Iterator[int]:
        for part in filter(None, map(str.strip, item.split("/"))):
            yield from self.named(part)

    def known(self, text: str) -> list[int]:
        """Whom a name, or the end of a way, may mean."""
        key = key_of(text)
        return self.whole.get(key) or self.ends.get(key, [])

    def named(self, text: str) -> list[int]:
        pks = self.known(text)
        if not pks:
            raise BadCell("unknown", self.unknown(text))
        if len(pks) > 1:
            told = {"n": len(pks), "kind": self.kind, "typed": text}
            told["example"] = "/".join(self.paths[pks[0]])
            message = _("有 %(n)d 个%(kind)s叫“%(typed)s”，请连同上级一起填写，如“%(example)s”。")
            raise BadCell("ambiguous", message % told)
        return pks

    def unknown(self, text: str) -> str:
        names = [path[-1] for path in self.paths.values()]
        told = {"kind": self.kind, "typed": text, "n": len(names)}
        told["names"] = _("、").join(names[:MOST_TOLD])
        if len(text) > LONGEST_TOLD or LIKE_A_NUMBER.search(text):
            return _("填写的不是已有的%(kind)s，请改正。现有：%(names)s (共 %(n)d 个)。") % told
        return (
            _("没有“%(typed)s”这个%(kind)s，请改正或先添加。现有：%(names)s (共 %(n)d 个)。") % told
        )

    def written(self, pks: Iterable[int]) -> str:
        """As read() takes it; whatever is gone is left out."""
        names = [self.name_of(pk) for pk in pks if pk in self.paths]
        return ("\n" if any(map(parts, names)) else "、").join(names)

    def name_of(self, pk: int) -> str:
        path = self.paths[pk]
        return path[-1] if self.known(path[-1]) == [pk] else "/".join(path)


def key_of(text: str) -> str:
    return compact(text).casefold()


def parts(name: str) -> bool:
    """Would the name be read as several where it does not stand on a line of its own?"""
    return SEPARATES.search(name) is not None
