"""What an import would do: new, changed and unchanged people, whatever is wrong. Pure."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from haina.imports.entries import Entry, OnFile, Person
from haina.imports.models import Import
from haina.imports.sheet import Sheet
from haina.lib.encryption import keyed_hash


class Change(NamedTuple):
    """Somebody on file of whom a row says otherwise."""

    entry: Entry
    pk: int
    before: Person
    filled: Person  # what is on file, with blanks filled in from the row
    after: Person  # if the row's word counts

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
    """`nodes` is how many nodes it adds to the tree that people stand in."""

    sheet: Sheet
    new: list[Entry] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    unchanged: list[Entry] = field(default_factory=list)
    nodes: int = 0

    @property
    def overwrites(self) -> bool:
        """Would a row replace anything on file?"""
        return any(change.overwrites for change in self.changes)

    @property
    def is_empty(self) -> bool:
        """Is there no row that could be imported?"""
        return not (self.sheet.places or self.new or self.changes or self.unchanged)

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
            told.update(repr((entry.key, entry.person)).encode())
        for change in self.changes:
            told.update(repr((change.pk, change.before, change.after)).encode())
        return keyed_hash(told.hexdigest())


def make_plan(sheet: Sheet, on_file: Iterable[OnFile]) -> Plan:
    """Sort every entry into new, changed or unchanged. Takes the entries out of the sheet."""
    plan, contract = Plan(sheet), sheet.contract
    for there in on_file:
        entry = sheet.entries.pop(there.key, None)
        if entry is None:
            continue
        before = there.person
        after = contract.after(before, entry.person)
        if after == before:
            plan.unchanged.append(entry)
        else:
            filled = contract.filled(before, after)
            plan.changes.append(Change(entry, there.pk, before, filled, after))
    plan.new = list(sheet.entries.values())
    plan.changes.sort(key=lambda change: change.pk)
    return plan
