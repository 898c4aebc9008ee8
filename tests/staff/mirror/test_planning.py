"""The plan, carried out on a model of WeCom."""

from dataclasses import dataclass, field, replace

from hypothesis import given
from hypothesis import strategies as st

from staff.mirror.meeting import PeoplePlan, meet
from staff.mirror.merging import merge
from staff.mirror.state import (
    DepartmentHere,
    DepartmentThere,
    PersonHere,
    There,
    marks_of_department,
    marks_of_person,
)

NAMES = ["工程部", "客服部", "保安部", "电梯组"]
PEOPLE = ["张三", "李四", "王五"]


@dataclass
class World:
    """Both sides, and what they do with each other."""

    departments: dict[int, DepartmentHere] = field(default_factory=dict)
    people: dict[int, PersonHere] = field(default_factory=dict)
    tree: dict[int, DepartmentThere] = field(default_factory=dict)
    members: dict[str, tuple[str, frozenset[int]]] = field(default_factory=dict)
    last: int = 1000

    def new(self) -> int:
        self.last += 1
        return self.last

    def there(self) -> There:
        memberships = {userid: departments for userid, (_, departments) in self.members.items()}
        names = {userid: name for userid, (name, _) in self.members.items() if name}
        return There(list(self.tree.values()), memberships, names)

    def plans(self):
        there = self.there()
        tree = merge(self.departments.values(), there.departments)
        return tree, meet(self.people.values(), there, tree)

    def round(self) -> None:
        """Write here what the plan says, then there what is to be pushed."""
        tree, people = self.plans()
        pks = {key: key if key > 0 else self.new() for key in tree.places}
        self.departments = {}
        for key, (parent, name) in tree.places.items():
            there = tree.marks.get(key)
            self.departments[pks[key]] = DepartmentHere(
                pks[key], pks.get(parent), name, tree.numbers.get(key), there
            )
        self.meet(people, pks)
        self.push_departments()
        self.push_people()

    def meet(self, plan, pks) -> None:
        for gone in plan.left:
            del self.people[gone]
        for change in plan.changes:
            person = self.people[change.pk]
            self.people[change.pk] = replace(
                person,
                name=change.name,
                departments=frozenset(pks[key] for key in change.departments),
                departments_there=change.departments_there,
                there=change.there,
                to_push=change.to_push,
                is_told=False,
            )
        for pk in plan.same:
            self.people[pk] = replace(self.people[pk], to_push=False, is_told=False)
        for pk in plan.differ:
            self.people[pk] = replace(self.people[pk], to_push=True)
        for each in plan.arrivals:
            pk = self.new()
            departments = frozenset(pks[key] for key in each.departments)
            self.people[pk] = PersonHere(
                pk, each.userid, each.name, departments, each.departments_there, each.there
            )

    def push_departments(self) -> None:
        """Parents first, as the tree stands."""
        done = set()
        while waiting := [
            each
            for each in self.departments.values()
            if each.pk not in done and (each.parent is None or each.parent in done)
        ]:
            for each in waiting:
                done.add(each.pk)
                parent = self.departments[each.parent].wecom_id if each.parent else 0
                number = each.wecom_id or self.new()
                self.tree[number] = DepartmentThere(number, parent, each.name)
                there = marks_of_department(each.name, parent)
                self.departments[each.pk] = replace(each, wecom_id=number, there=there)
        assert len(done) == len(self.departments)

    def push_people(self) -> None:
        for each in list(self.people.values()):
            if not each.to_push or each.is_told:
                continue
            userid = each.userid or f"hn{each.pk:020d}"
            numbers = frozenset(self.departments[pk].wecom_id for pk in each.departments)
            self.members[userid] = (each.name, numbers)
            self.people[each.pk] = replace(
                each,
                userid=userid,
                departments_there=numbers,
                there=marks_of_person(each.name, "", "", "", ""),
                is_told=True,
            )

    def both(self):
        """The two sides, in the same words."""
        number = {each.pk: each.wecom_id for each in self.departments.values()}
        here = {
            (e.wecom_id, number.get(e.parent, 0) or 0, e.name) for e in self.departments.values()
        }
        there = {(each.id, each.parent_id, each.name) for each in self.tree.values()}
        people = {
            (e.userid, e.name, frozenset(number[pk] for pk in e.departments))
            for e in self.people.values()
        }
        members = {(userid, *member) for userid, member in self.members.items()}
        return (here, people), (there, members)


@st.composite
def worlds(draw) -> World:
    """A company on both sides that knows nothing of each other yet."""
    world = World()
    world.tree[1] = DepartmentThere(1, 0, "公司")
    for _ in range(draw(st.integers(0, 4))):
        add_there(world, draw)
    for _ in range(draw(st.integers(0, 4))):
        join_there(world, draw)
    if draw(st.booleans()):
        world.departments[1] = DepartmentHere(1, None, "物业")
        for _ in range(draw(st.integers(0, 3))):
            add_here(world, draw)
        for _ in range(draw(st.integers(0, 3))):
            join_here(world, draw)
    return world


def free(taken, draw, names=NAMES) -> str | None:
    left = [name for name in names if name not in taken]
    return draw(st.sampled_from(left)) if left else None


def add_there(world, draw) -> None:
    parent = draw(st.sampled_from(sorted(world.tree)))
    if name := free({e.name for e in world.tree.values() if e.parent_id == parent}, draw):
        number = world.new()
        world.tree[number] = DepartmentThere(number, parent, name)


def add_here(world, draw) -> None:
    parent = draw(st.sampled_from(sorted(world.departments)))
    if name := free({e.name for e in world.departments.values() if e.parent == parent}, draw):
        pk = world.new()
        world.departments[pk] = DepartmentHere(pk, parent, name)


def join_there(world, draw) -> None:
    places = draw(st.sets(st.sampled_from(sorted(world.tree)), min_size=1, max_size=2))
    world.members[f"u{world.new()}"] = (draw(st.sampled_from(PEOPLE)), frozenset(places))


def join_here(world, draw) -> None:
    places = draw(st.sets(st.sampled_from(sorted(world.departments)), min_size=1, max_size=2))
    pk = world.new()
    name = draw(st.sampled_from(PEOPLE))
    world.people[pk] = PersonHere(pk, "", name, frozenset(places), to_push=True)


def leave_there(world, draw) -> None:
    if world.members:
        del world.members[draw(st.sampled_from(sorted(world.members)))]


def move_member(world, draw) -> None:
    if world.members:
        userid = draw(st.sampled_from(sorted(world.members)))
        places = draw(st.sets(st.sampled_from(sorted(world.tree)), min_size=1, max_size=2))
        world.members[userid] = (draw(st.sampled_from(PEOPLE)), frozenset(places))


def move_employee(world, draw) -> None:
    if world.people:
        pk = draw(st.sampled_from(sorted(world.people)))
        places = draw(st.sets(st.sampled_from(sorted(world.departments)), min_size=1, max_size=2))
        name = draw(st.sampled_from(PEOPLE))
        world.people[pk] = replace(
            world.people[pk], name=name, departments=frozenset(places), to_push=True, is_told=False
        )


def move_there(world, draw) -> None:
    """A department, below another that is not below it."""
    others = sorted(set(world.tree) - {1})
    if not others:
        return
    number = draw(st.sampled_from(others))
    below, size = {number}, 0
    while size != len(below):
        size = len(below)
        below |= {each.id for each in world.tree.values() if each.parent_id in below}
    parent = draw(st.sampled_from(sorted(set(world.tree) - below)))
    taken = {e.name for e in world.tree.values() if e.parent_id == parent and e.id != number}
    if name := free(taken, draw):
        world.tree[number] = DepartmentThere(number, parent, name)


def move_here(world, draw) -> None:
    others = sorted(pk for pk, each in world.departments.items() if each.parent is not None)
    if not others:
        return
    pk = draw(st.sampled_from(others))
    below, size = {pk}, 0
    while size != len(below):
        size = len(below)
        below |= {each.pk for each in world.departments.values() if each.parent in below}
    parent = draw(st.sampled_from(sorted(set(world.departments) - below)))
    taken = {e.name for e in world.departments.values() if e.parent == parent and e.pk != pk}
    if name := free(taken, draw):
        world.departments[pk] = replace(world.departments[pk], parent=parent, name=name)


def delete_there(world, draw) -> None:
    """An empty department, as WeCom allows it."""
    used = {each.parent_id for each in world.tree.values()}
    used |= {number for _, places in world.members.values() for number in places}
    if empty := sorted(set(world.tree) - used - {1}):
        del world.tree[draw(st.sampled_from(empty))]


ACTS = [add_there, join_there, leave_there, move_member, move_there, delete_there]
OURS = [add_here, join_here, move_employee, move_here]


def settled(world: World) -> None:
    """As a pass does it: read, write here, push, and read again, a few times."""
    for _ in range(3):
        world.round()
    here, there = world.both()
    assert here == there
    tree, people = world.plans()
    assert [tree.new, tree.gone, tree.to_push] == [[], set(), set()]
    assert people == PeoplePlan()


@given(worlds(), st.data())
def test_both_sides_are_the_same_afterwards_and_a_second_plan_is_empty(world, data):
    settled(world)
    for act in data.draw(st.lists(st.sampled_from(ACTS + OURS), max_size=8)):
        act(world, data.draw)
    settled(world)


@given(worlds(), st.data())
def test_who_was_changed_there_alone_is_so_here(world, data):
    settled(world)
    for act in data.draw(st.lists(st.sampled_from(ACTS), max_size=8)):
        act(world, data.draw)
    tree, members = dict(world.tree), dict(world.members)
    settled(world)
    assert (world.tree, world.members) == (tree, members)


@given(worlds(), st.data())
def test_nothing_of_ours_gives_way_to_a_blank(world, data):
    settled(world)
    names = {each.userid: each.name for each in world.people.values()}
    departments = {each.wecom_id: each.name for each in world.departments.values()}
    for userid, (_, places) in world.members.items():
        world.members[userid] = ("", places)
    for number, each in world.tree.items():
        world.tree[number] = replace(each, name="")

    world.round()

    assert {each.userid: each.name for each in world.people.values()} == names
    assert {each.wecom_id: each.name for each in world.departments.values()} == departments


def test_names_that_become_readable_replace_the_stand_ins():
    world = World(tree={1: DepartmentThere(1, 0, ""), 7: DepartmentThere(7, 1, "")})
    world.members = {"u1": ("", frozenset({7}))}
    tree, people = world.plans()
    assert [name for _, name in tree.places.values()] == ["部门1", "部门7"]
    assert [each.name for each in people.arrivals] == ["u1"]

    root, below = tree.keys[1], tree.keys[7]
    world.departments = {
        1: DepartmentHere(1, None, "部门1", 1, tree.marks[root]),
        2: DepartmentHere(2, 1, "部门7", 7, tree.marks[below]),
    }
    arrived = people.arrivals[0]
    world.people = {
        3: PersonHere(3, "u1", "u1", frozenset({2}), arrived.departments_there, arrived.there)
    }
    tree, people = world.plans()
    assert [tree.to_push, people.changes, people.differ] == [set(), [], []]

    world.tree = {1: DepartmentThere(1, 0, "公司"), 7: DepartmentThere(7, 1, "客服部")}
    world.members = {"u1": ("张三", frozenset({7}))}
    tree, people = world.plans()
    assert tree.places == {1: (None, "公司"), 2: (1, "客服部")}
    assert [(each.name, each.to_push) for each in people.changes] == [("张三", False)]


def test_who_was_created_and_is_not_shown_is_created_once_more():
    """It may take WeCom a moment; only whoever was shown once can have been deleted there."""
    world = World(tree={1: DepartmentThere(1, 0, "公司")})
    world.departments = {1: DepartmentHere(1, None, "公司", 1, marks_of_department("公司", 0))}
    there = marks_of_person("张三", "", "", "", "")
    told = PersonHere(3, f"hn{3:020d}", "张三", frozenset({1}), frozenset({1}), there, True, True)
    shown = replace(told, pk=4, userid="u4")
    world.people = {3: told, 4: shown, 5: replace(told, pk=5, to_push=False, is_told=False)}

    _tree, people = world.plans()

    assert (people.unshown, people.left) == ([3], [4, 5])


def test_a_department_that_was_created_and_is_not_shown_stays():
    """The same of departments: with its number, and told once more."""
    world = World(tree={1: DepartmentThere(1, 0, "公司")})
    told = DepartmentHere(2, 1, "工程部", 7, marks_of_department("工程部", 1), is_told=True)
    below = DepartmentHere(3, 2, "电梯组", 8, marks_of_department("电梯组", 7), is_told=True)
    shown = DepartmentHere(4, 1, "客服部", 9, marks_of_department("客服部", 1))
    company = DepartmentHere(1, None, "公司", 1, marks_of_department("公司", 0))
    world.departments = {each.pk: each for each in (company, told, below, shown)}

    tree, _people = world.plans()

    assert tree.gone == {4}
    assert (tree.told, tree.to_push) == ({2: 7, 3: 8}, {2, 3})
