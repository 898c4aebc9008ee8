"""Our employees and WeCom's members become the same people: pure. Departments are keys of merging.

WeCom decides over who is there and over memberships that were changed there; a name that was
changed there counts too. All else of a person is ours, and nothing of ours gives way to a blank."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

from staff.mirror.merging import Key, TreePlan
from staff.mirror.state import HALF, PersonHere, There, is_own, mark, marks_of_person
from staff.models import NAME_LENGTH


@dataclass(frozen=True, slots=True)
class Arrival:
    """A member of whom nobody here knows."""

    userid: str
    name: str
    departments: frozenset[Key]
    departments_there: frozenset[int]

    @property
    def there(self) -> bytes:
        return marks_of_person(self.name, "", "", "", "")


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be written of somebody here."""

    pk: int
    name: str
    departments: frozenset[Key]
    departments_there: frozenset[int]
    there: bytes | None
    to_push: bool = False


@dataclass(slots=True)
class PeoplePlan:
    arrivals: list[Arrival] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    same: list[int] = field(default_factory=list)  # read back: nothing is to be pushed any more
    differ: list[int] = field(default_factory=list)  # nothing here changes, but there it has to
    unshown: list[int] = field(default_factory=list)  # created, and not in the answer: once more
    lost: list[int] = field(default_factory=list)  # gone since we knew them: to get a new userid
    left: list[int] = field(default_factory=list)  # deleted in WeCom
    missing: list[int] = field(default_factory=list)  # to be created in WeCom


def meet(
    people: Iterable[PersonHere],
    there: There,
    tree: TreePlan,
    buried: Collection[str] = frozenset(),
) -> PeoplePlan:
    """`buried` are userids of whoever was deleted here, and is to be deleted there."""
    plan = PeoplePlan()
    members = {userid.lower(): userid for userid in there.memberships}
    known = set()
    for person in people:
        folded = person.userid.lower()
        if folded and folded in members:
            known.add(folded)
            match(plan, person, there, members[folded], tree)
        else:
            miss(plan, person, tree)
    for folded in members.keys() - known - {userid.lower() for userid in buried}:
        plan.arrivals.append(arrival(members[folded], there, tree))
    plan.arrivals.sort(key=lambda each: each.userid)
    return plan


def miss(plan: PeoplePlan, person: PersonHere, tree: TreePlan) -> None:
    """Somebody of ours who is not among WeCom's members."""
    is_unshown = person.is_told and is_own(person.userid)
    if person.was_there and not is_unshown:
        plan.left.append(person.pk)
        return
    if is_unshown:
        plan.unshown.append(person.pk)
    elif person.userid and not is_own(person.userid):
        plan.lost.append(person.pk)
    if person.to_push and not person.is_refused:
        plan.missing.append(person.pk)
    kept = person.departments & tree.places.keys()
    if kept != person.departments:
        departments = kept or frozenset({tree.root})
        plan.changes.append(
            Change(person.pk, person.name, departments, frozenset(), None, person.to_push)
        )


def match(plan: PeoplePlan, person: PersonHere, there: There, userid: str, tree: TreePlan) -> None:
    shown = there.memberships[userid] & tree.keys.keys()
    change = changed(person, there.names.get(userid, ""), shown, tree)
    wanted = {tree.numbers.get(key) for key in change.departments}
    differs = wanted != shown or change.there is None or mark(change.name) != change.there[:HALF]
    stored = (person.name, person.departments, person.departments_there, person.there)
    if stored != (change.name, change.departments, change.departments_there, change.there):
        pushes = person.to_push and not person.is_told or differs
        plan.changes.append(replace(change, to_push=pushes and not person.is_refused))
    elif differs and not (person.to_push or person.is_refused):
        plan.differ.append(person.pk)
    elif not differs and person.to_push and person.is_told:
        plan.same.append(person.pk)


def changed(person: PersonHere, name: str, shown: frozenset[int], tree: TreePlan) -> Change:
    """What becomes of somebody who is there; whether to push is not said yet."""
    told, kept = person.there, person.name
    if told and name and name != kept and mark(name) != told[:HALF]:
        kept, told = name[:NAME_LENGTH], mark(name) + told[HALF:]
    departments = merged(person, shown, tree) or frozenset({tree.root})
    return Change(person.pk, kept, departments, shown, told)


def merged(person: PersonHere, shown: frozenset[int], tree: TreePlan) -> frozenset[Key]:
    """All departments of both sides while it is not known what WeCom has changed; then WeCom's if
    it has changed them, else ours."""
    ours = person.departments & tree.places.keys()
    theirs = frozenset(tree.keys[number] for number in shown)
    if not person.departments_there:
        return ours | theirs
    is_changed = shown != person.departments_there & tree.keys.keys()
    return theirs if is_changed or not ours else ours


def arrival(userid: str, there: There, tree: TreePlan) -> Arrival:
    shown = there.memberships[userid] & tree.keys.keys()
    name = there.names.get(userid, "")[:NAME_LENGTH] or userid
    departments = frozenset(tree.keys[number] for number in shown) or frozenset({tree.root})
    return Arrival(userid, name, departments, shown)
