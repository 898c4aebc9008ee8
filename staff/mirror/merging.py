"""Our departments and WeCom's become one tree: pure. A node's key is its pk here, or minus its
number in WeCom while it has no row yet.

A name or a place that was changed on one side since the other has seen it counts; changed on both,
WeCom's does. Whatever does not make a tree gives way to WeCom's."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from staff.mirror.state import HALF, DepartmentHere, DepartmentThere, mark, marks_of_department
from staff.models import NAME_LENGTH

Key = int
Place = tuple[Key | None, str]  # the parent and the name
NAMELESS = "部门%d"


@dataclass(slots=True)
class TreePlan:
    """How the departments stand once both sides are the same."""

    root: Key = 0
    places: dict[Key, Place] = field(default_factory=dict)
    numbers: dict[Key, int] = field(default_factory=dict)  # in WeCom, of those that are there
    keys: dict[int, Key] = field(default_factory=dict)  # the other way round
    told: dict[Key, int] = field(default_factory=dict)  # those that are not shown there yet
    marks: dict[Key, bytes] = field(default_factory=dict)  # what WeCom shows of them
    to_push: set[Key] = field(default_factory=set)
    gone: set[int] = field(default_factory=set)

    @property
    def new(self) -> list[Key]:
        """Those without a row here, parents first, as WeCom's were found."""
        return [key for key in self.places if key < 0]


def merge(
    ours: Iterable[DepartmentHere],
    theirs: Iterable[DepartmentThere],
    buried: Collection[int] = frozenset(),
) -> TreePlan:
    """`buried` are numbers of departments that were deleted here, and are to be deleted there."""
    here = {each.pk: each for each in ours}
    shown = unburied(theirs, buried)
    plan = TreePlan()
    link(plan, here, shown)
    for number, department in shown.items():
        settle(plan, here.get(plan.keys[number]), department)
    keep_or_drop(plan, here)
    make_a_tree(plan, shown)
    part_namesakes(plan, shown)
    for pk, each in here.items():
        if pk in plan.places and wants_push(plan, each, shown):
            plan.to_push.add(pk)
    return plan


def unburied(
    theirs: Iterable[DepartmentThere], buried: Collection[int]
) -> dict[int, DepartmentThere]:
    """Without those that are to be deleted, and all below them; the company first, parents before
    their children."""
    below = defaultdict(list)
    for each in theirs:
        below[each.parent_id].append(each)
    found, waiting = {}, list(below[0])
    for each in waiting:
        if each.id not in buried:
            found[each.id] = each
            waiting += below[each.id]
    return found


def link(plan: TreePlan, here: Mapping[int, DepartmentHere], shown: Mapping) -> None:
    """Which of theirs is which of ours: by number, the company by being it, else by name below the
    same parent."""
    known = {each.wecom_id: pk for pk, each in here.items() if each.wecom_id in shown}
    unknown = {(e.parent, e.name): pk for pk, e in here.items() if e.wecom_id is None}
    root = next((pk for pk, each in here.items() if each.parent is None), None)
    for number, each in shown.items():
        parent = known.get(each.parent_id)
        key = known.get(number)
        if each.parent_id == 0:
            key = root if root is not None else -number
            plan.root = key
        elif key is None:
            key = unknown.pop((parent, each.name), -number)
        known[number] = plan.keys[number] = key
        plan.numbers[key] = number


def settle(plan: TreePlan, ours: DepartmentHere | None, theirs: DepartmentThere) -> None:
    """Name and place of a department that is there."""
    key, parent = plan.keys[theirs.id], plan.keys.get(theirs.parent_id)
    if ours is None:
        name = theirs.name[:NAME_LENGTH] or NAMELESS % theirs.id
        plan.places[key] = (parent, name)
        plan.marks[key] = marks_of_department(theirs.name or name, theirs.parent_id)
        return
    name_mark, parent_mark = halves(ours.there)
    if theirs.name and mark(theirs.name) != name_mark:
        name, name_mark = theirs.name[:NAME_LENGTH], mark(theirs.name)
    else:
        name = ours.name
    if mark(str(theirs.parent_id)) == parent_mark and ours.parent is not None:
        parent = ours.parent
    plan.places[key] = (parent, name)
    plan.marks[key] = (name_mark or mark(name)) + mark(str(theirs.parent_id))


def halves(there: bytes | None) -> tuple[bytes, bytes]:
    return (there[:HALF], there[HALF:]) if there else (b"", b"")


def keep_or_drop(plan: TreePlan, here: Mapping[int, DepartmentHere]) -> None:
    """Ours that are not there: those that never were stay, or have just been created and are not
    shown yet, and whatever they stand below; the others were deleted in WeCom."""
    for pk, each in here.items():
        if pk not in plan.places and (each.wecom_id is None or each.is_told):
            plan.places[pk] = (each.parent, each.name)
            if each.is_told:
                plan.told[pk], plan.marks[pk] = each.wecom_id, each.there
    waiting = list(plan.places)
    for key in waiting:
        parent = plan.places[key][0]
        if parent is not None and parent not in plan.places:
            plan.places[parent] = (here[parent].parent, here[parent].name)
            waiting.append(parent)
    plan.gone = set(here) - set(plan.places)


def make_a_tree(plan: TreePlan, shown: Mapping[int, DepartmentThere]) -> None:
    """Both sides may have moved departments below each other: then WeCom's places count."""
    if all(hangs(plan, key) for key in plan.places):
        return
    for key in plan.numbers:
        back_to_theirs(plan, key, shown, name=False)
    for key in [key for key in plan.places if not hangs(plan, key)]:
        plan.places[key] = (plan.root, plan.places[key][1])


def hangs(plan: TreePlan, key: Key) -> bool:
    for _step in range(len(plan.places) + 1):
        parent = plan.places[key][0]
        if parent is None:
            return key == plan.root
        key = parent
    return False


def back_to_theirs(plan: TreePlan, key: Key, shown: Mapping, *, name: bool = True) -> None:
    theirs = shown[plan.numbers[key]]
    ours = plan.places[key][1]
    named = theirs.name[:NAME_LENGTH] if name and theirs.name else ours
    plan.places[key] = (plan.keys.get(theirs.parent_id), named)


def part_namesakes(plan: TreePlan, shown: Mapping[int, DepartmentThere]) -> None:
    """No two of a parent's departments have the same name."""
    stubborn = set(plan.numbers)
    while moved := {key for keys in namesakes(plan) for key in keys} & stubborn:
        stubborn -= moved
        for key in moved:
            back_to_theirs(plan, key, shown)
    make_a_tree(plan, shown)
    while crowds := namesakes(plan):
        for keys in crowds:
            for key in sorted(keys, key=lambda key: (key not in plan.numbers, abs(key)))[1:]:
                parent, name = plan.places[key]
                plan.places[key] = (parent, another(name))


def namesakes(plan: TreePlan) -> list[list[Key]]:
    standing = defaultdict(list)
    for key, place in plan.places.items():
        standing[place].append(key)
    return [keys for keys in standing.values() if len(keys) > 1]


def another(name: str) -> str:
    stem, _, number = name.rpartition("-")
    if stem and number.isdecimal():
        return f"{stem}-{int(number) + 1}"
    return f"{name[: NAME_LENGTH - 4]}-2"


def wants_push(plan: TreePlan, ours: DepartmentHere, shown: Mapping[int, DepartmentThere]) -> bool:
    if ours.is_refused:
        return False
    number = plan.numbers.get(ours.pk)
    if number is None:
        return True
    parent, name = plan.places[ours.pk]
    theirs = shown[number]
    is_moved = parent is not None and plan.numbers.get(parent) != theirs.parent_id
    return is_moved or mark(name) != plan.marks[ours.pk][:HALF]
