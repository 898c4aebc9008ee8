"""What an import would do: new, changed and unchanged residents, new rooms, and problems. Pure."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from residents.imports.rows import Entry, Path, Problem, Sheet

Key = tuple[Path, str]  # the same room and phone is the same resident
Person = dict[str, str | datetime.date | None]


@dataclass(frozen=True)
class Known:
    """A resident on file."""

    pk: int
    person: Person


@dataclass
class Plan:
    rooms: dict[Path, None] = field(default_factory=dict)  # in the order of rows
    new: dict[Key, Person] = field(default_factory=dict)
    changed: dict[int, Person] = field(default_factory=dict)  # by the resident's pk
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)


def make_plan(sheet: Sheet, *, known: Mapping[Key, Known]) -> Plan:
    """Sort every entry into new, changed or unchanged, or tell what is wrong with it."""
    plan = Plan(problems=list(sheet.problems))
    seen: dict[Key, Entry] = {}
    for entry in sheet.entries:
        plan.rooms[entry.path] = None
        if not entry.person:
            continue  # only the building columns are filled in: the row is there for its room
        key = (entry.path, entry.person["phone"])
        if key in seen:
            repeated(plan, entry, seen[key])
            continue
        seen[key] = entry
        place(plan, key, entry.person, known)
    sort_by_place(plan.problems)
    return plan


def sort_by_place(problems: list[Problem]) -> None:
    """Sheets in the order in which they came first, and the rows of each."""
    sheets = {sheet: place for place, sheet in enumerate(dict.fromkeys(p.sheet for p in problems))}
    problems.sort(key=lambda p: (sheets[p.sheet], p.row, len(p.column), p.column))


def place(plan: Plan, key: Key, person: Person, known: Mapping[Key, Known]) -> None:
    if key not in known:
        plan.new[key] = person
        return
    on_file = known[key]
    if changes := changes_of(on_file.person, person):
        plan.changed[on_file.pk] = changes
    else:
        plan.unchanged += 1


def changes_of(before: Person, person: Person) -> Person:
    """A blank cell is in no change: it erases nothing. Somebody who stops being a 限期租客 has
    no lease end any more."""
    changes = {name: value for name, value in person.items() if value and value != before[name]}
    if "identity" in changes and not person["lease_ends_on"] and before["lease_ends_on"]:
        changes["lease_ends_on"] = None
    return changes


def repeated(plan: Plan, entry: Entry, first: Entry) -> None:
    """The same row twice does no harm; the same resident told in two ways does."""
    if entry.person == first.person:
        plan.unchanged += 1
        return
    place = {"sheet": first.sheet, "row": first.row}
    message = (
        _("与第 %(row)d 行是同一房间、同一手机号，但内容不同。请只保留一行。") % place
        if entry.sheet == first.sheet
        else _("与“%(sheet)s”第 %(row)d 行是同一房间、同一手机号，但内容不同。请只保留一行。")
        % place
    )
    plan.problems.append(Problem(entry.sheet, entry.row, "", "repeated", message))
