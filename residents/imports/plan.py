"""What an import would do: new, changed and unchanged residents, whatever is wrong. Pure."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from haina.lib.encryption import keyed_hash
from residents.imports.cells import CLEAR
from residents.imports.rows import GENDER, ID_NUMBER, IDENTITY, LEASE_END
from residents.imports.sheet import Entry, Path, Person, Sheet
from residents.models import Import, Resident

FILLABLE = (GENDER, ID_NUMBER)  # what may be blank on file; the end of a lease is not by itself


class OnFile(NamedTuple):
    """A resident of the community, as the columns stand."""

    pk: int
    path: Path
    person: Person


class Change(NamedTuple):
    """A resident on file of whom a row says otherwise."""

    entry: Entry
    pk: int
    before: Person
    after: Person  # if the row's word counts

    @property
    def filled(self) -> Person:
        """What is on file, with blanks filled in from the row."""
        return tuple(
            now if index in FILLABLE and not was else was
            for index, (was, now) in enumerate(zip(self.before, self.after, strict=True))
        )

    @property
    def overwrites(self) -> bool:
        return self.filled != self.after

    def under(self, policy: str) -> Person:
        """What is written of the row."""
        if policy == Import.Policy.OVERWRITE:
            return self.after
        return self.filled if policy == Import.Policy.FILL else self.before


@dataclass
class Plan:
    """`nodes` is the number of new nodes, which the tree knows."""

    sheet: Sheet
    new: list[Entry] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    unchanged: list[Entry] = field(default_factory=list)
    nodes: int = 0

    @property
    def rooms(self) -> Iterator[Path]:
        """Every room that a good row names, in the order of rows as far as it matters."""
        yield from self.sheet.rooms
        yield from (entry.path for entry in self.new)

    @property
    def overwrites(self) -> bool:
        """Would a row replace anything on file?"""
        return any(change.overwrites for change in self.changes)

    @property
    def is_empty(self) -> bool:
        """Is there no row that could be imported?"""
        return not (self.sheet.rooms or self.new or self.changes or self.unchanged)

    @property
    def counts(self) -> dict[str, int]:
        differs = sum(change.overwrites for change in self.changes)
        return {
            "rows": self.sheet.rows,
            "new": len(self.new),
            "unchanged": len(self.unchanged) + self.sheet.repeated,
            "fills": len(self.changes) - differs,
            "differs": differs,
            "nodes": self.nodes,
            "bad_rows": self.sheet.bad_rows,
            "problems": self.sheet.problem_count,
        }

    @property
    def digest(self) -> bytes:
        """The same for the same plan. Keyed, so that nobody can try out what it was made of."""
        told = hashlib.sha256(repr((self.nodes, self.sheet.problem_count)).encode())
        for problem in self.sheet.problems:
            told.update(repr(problem).encode())
        for entry in self.new:
            told.update(repr((entry.path, entry.person)).encode())
        for change in self.changes:
            told.update(repr((change.pk, change.before, change.after)).encode())
        return keyed_hash(told.hexdigest())


def make_plan(sheet: Sheet, on_file: Iterable[OnFile]) -> Plan:
    """Sort every entry into new, changed or unchanged. Takes the entries out of the sheet."""
    plan = Plan(sheet)
    for resident in on_file:
        entry = sheet.entries.pop((resident.path, resident.person[4]), None)
        if entry is None:
            continue
        after = after_change(resident.person, entry.person)
        if after == resident.person:
            plan.unchanged.append(entry)
        else:
            plan.changes.append(Change(entry, resident.pk, resident.person, after))
    plan.new = list(sheet.entries.values())
    plan.changes.sort(key=lambda change: change.pk)
    return plan


def after_change(before: Person, row: Person) -> Person:
    """A blank cell erases nothing, a dash does. Somebody who stops being a 限期租客 has no lease
    end any more."""
    after = ["" if now == CLEAR else now or was for was, now in zip(before, row, strict=True)]
    if after[IDENTITY] != Resident.Identity.TERM_TENANT:
        after[LEASE_END] = None
    return tuple(after)
