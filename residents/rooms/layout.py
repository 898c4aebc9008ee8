"""How the rooms of a building stand on paper: sections beside each other, in each the floors from
the top down, and rooms above each other that are so in the house. Pure.

A name that tells a floor tells its column too: 1203, 1203A, 12A, B101, 2-301, 3楼02, 三〇二. Rooms
whose names do not tell stand below the floors, in the order of the tree.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from haina.lib.natural import natural_key
from haina.lib.text import compact

NUMERALS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
DASHES = str.maketrans("－—–_", "----")
LAST = r"(?:号?房间?|室|号)?"
NAMES = (
    rf"(?:(?P<section>\d{{1,3}})-|(?P<letter>[A-Z])-?)?(?P<below>负|-)?"
    rf"(?P<floor>\d{{1,2}})(?P<column>\d\d[A-Z]?){LAST}",
    rf"(?P<below>负|B|-)?(?P<floor>\d{{1,2}})(?:[层楼F])-?(?P<column>\w{{1,4}}?){LAST}",
    rf"(?P<floor>\d{{1,2}})(?P<column>[A-Z]){LAST}",
)
PATTERNS = [re.compile(name) for name in NAMES]
NARROWEST = 8  # rooms in a row where names do not tell


@dataclass(frozen=True)
class Room:
    """`section` is what the nodes between building and room are called; `state` is only kept."""

    pk: int
    name: str
    section: str = ""
    state: str = ""


@dataclass(frozen=True)
class Spot:
    """What a name tells. Names in a section may tell sections of their own."""

    section: str
    floor: int
    column: str


@dataclass(frozen=True)
class Floor:
    """Rooms in a row, None where there is none. `number` is None for rooms that do not tell."""

    number: int | None
    rooms: tuple[Room | None, ...]

    @property
    def label(self) -> str:
        return f"B{-self.number}" if self.number < 0 else str(self.number)


@dataclass(frozen=True)
class Section:
    label: str
    floors: list[Floor]

    @property
    def width(self) -> int:
        return max(len(floor.rooms) for floor in self.floors)


def layout(rooms: Iterable[Room]) -> list[Section]:
    """Every room exactly once. Rooms come in the order of the tree, and sections keep it."""
    by_section = defaultdict(list)
    for room in rooms:
        by_section[room.section].append(room)
    return [part for label, group in by_section.items() for part in sections(label, group)]


def sections(label: str, rooms: Sequence[Room]) -> list[Section]:
    """One section, or those that the names of its rooms tell."""
    spots = spots_of([room.name for room in rooms])
    parts, rest, taken = defaultdict(dict), [], set()
    for room, spot in zip(rooms, spots, strict=True):
        if spot is None or spot in taken:  # "101" and "101室" would be one
            rest.append(room)
            continue
        taken.add(spot)
        parts[spot.section][spot.floor, spot.column] = room
    found = [
        Section(" ".join(filter(None, (label, name))), floors_of(part))
        for name, part in parts.items()
    ]
    return with_rest(found, label, rest)


def with_rest(found: list[Section], label: str, rest: Sequence[Room]) -> list[Section]:
    """The rooms that do not tell stand below the only section, or in one of their own."""
    if not rest:
        return found
    if len(found) == 1:
        rows = rows_of(rest, max(found[0].width, NARROWEST))
        return [Section(found[0].label, found[0].floors + rows)]
    return [*found, Section(label, rows_of(rest, NARROWEST))]


def spots_of(names: Sequence[str]) -> list[Spot | None]:
    """What each of the names in a section tells. Where some are plain numbers below 100, numbers
    run on from there and none tells a floor. A letter in front is a section, but B alone is below
    the ground."""
    plain = [compact(name).upper().translate(NUMERALS).translate(DASHES) for name in names]
    runs_on = any(name.isdecimal() and len(name) < 3 for name in plain)
    letters = {found["letter"] for name in plain if (found := PATTERNS[0].fullmatch(name))}
    has_basement = letters - {None} == {"B"}
    return [None if runs_on and name.isdecimal() else spot_of(name, has_basement) for name in plain]


def spot_of(name: str, has_basement: bool) -> Spot | None:
    found = next(filter(None, (pattern.fullmatch(name) for pattern in PATTERNS)), None)
    if found is None or int(found["floor"]) == 0:
        return None
    told = found.groupdict()
    letter, below = told.get("letter") or "", bool(told.get("below"))
    if letter == "B" and has_basement:
        letter, below = "", True
    floor = int(told["floor"])
    return Spot(told.get("section") or letter, -floor if below else floor, told["column"])


def floors_of(rooms: dict[tuple[int, str], Room]) -> list[Floor]:
    """From the top down. Rooms stand in columns, unless floors have so little in common that most
    of the columns would be empty."""
    floors, columns = defaultdict(dict), sorted({column for _, column in rooms}, key=natural_key)
    for (number, column), room in rooms.items():
        floors[number][column] = room
    widest = max(Counter(number for number, _ in rooms).values())
    is_ragged = len(columns) > 2 * widest
    if is_ragged:
        rows = {number: [row[c] for c in columns if c in row] for number, row in floors.items()}
    else:
        rows = {number: [row.get(c) for c in columns] for number, row in floors.items()}
    return [Floor(number, tuple(rows[number])) for number in sorted(rows, reverse=True)]


def rows_of(rooms: Sequence[Room], width: int) -> list[Floor]:
    return [Floor(None, tuple(rooms[at : at + width])) for at in range(0, len(rooms), width)]
