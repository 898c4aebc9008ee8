"""What an import would do. No database: rows in, a plan out."""

from datetime import date

import pytest

from haina.imports.entries import Entry, OnFile
from haina.imports.plan import make_plan
from haina.imports.sheet import Sheet
from residents.imports.apply import rooms_of
from residents.imports.contract import ResidentContract

ZHANG = ("张三", "male", "owner", None, "+8618913112121", "440304198511080000")
LIU = ("张三", "male", "term_tenant", date(2018, 12, 31), *ZHANG[4:])
ROOM = ("A", "1", "101")
KEY = (ROOM, ZHANG[4])


def but(person, **changed):
    names = ("name", "gender", "identity", "lease_ends_on", "phone", "id_number")
    return tuple(changed.get(name, value) for name, value in zip(names, person, strict=True))


def sheet_of(*persons, rooms=(ROOM,), sheets=("住户",)):
    sheet = Sheet(ResidentContract(["栋", "单元", "房间号"], "腾讯小区"))
    for name in sheets:
        sheet.begin(name, [])
    for number, person in enumerate(persons):
        key = rooms[number % len(rooms)], person[4] if person else ""
        sheet.add(Entry(sheets[number % len(sheets)], number + 3, key, person))
    return sheet


def plan_of(*persons, known=(), **where):
    on_file = [OnFile(pk, (ROOM, person[4]), person) for pk, person in enumerate(known, 7)]
    return make_plan(sheet_of(*persons, **where), on_file)


def change_of(before, after):
    plan = plan_of(after, known=[before])
    assert not plan.new
    assert not plan.unchanged
    (change,) = plan.changes
    return change


def test_somebody_new_is_created():
    plan = plan_of(ZHANG)

    assert [entry.person for entry in plan.new] == [ZHANG]
    assert (plan.changes, plan.unchanged) == ([], [])
    assert list(rooms_of(plan)) == [ROOM]


def test_somebody_on_file_is_unchanged():
    plan = plan_of(ZHANG, known=[ZHANG])

    assert (plan.new, plan.changes, plan.counts["unchanged"]) == ([], [], 1)


def test_each_policy_writes_its_part():
    before = but(ZHANG, gender="")

    change = change_of(before, but(ZHANG, name="张三丰"))

    assert change.overwrites
    assert change.under("skip") == before
    assert change.under("fill") == ZHANG
    assert change.under("overwrite") == but(ZHANG, name="张三丰")


def test_a_blank_that_is_filled_overwrites_nothing():
    plan = plan_of(ZHANG, known=[but(ZHANG, id_number="")])

    assert not plan.overwrites
    assert (plan.counts["fills"], plan.counts["differs"]) == (1, 0)


def test_a_blank_cell_erases_nothing():
    plan = plan_of(but(ZHANG, gender="", id_number=""), known=[ZHANG])

    assert (plan.changes, len(plan.unchanged)) == ([], 1)


@pytest.mark.parametrize("field", ["gender", "id_number"])
def test_a_dash_clears_only_where_the_file_overwrites(field):
    change = change_of(ZHANG, but(ZHANG, **{field: "-"}))

    assert change.under("overwrite") == but(ZHANG, **{field: ""})
    assert change.under("fill") == ZHANG
    assert change.overwrites


def test_who_stops_being_a_term_tenant_has_no_lease_end():
    assert change_of(LIU, ZHANG).under("overwrite") == ZHANG
    assert change_of(LIU, ZHANG).under("fill") == LIU


def test_who_becomes_a_term_tenant_has_one():
    assert change_of(ZHANG, LIU).under("overwrite") == LIU
    assert change_of(ZHANG, LIU).under("fill") == ZHANG


def test_the_same_phone_in_another_room_is_another_resident():
    plan = plan_of(ZHANG, ZHANG, rooms=(ROOM, ("A", "1", "102")))

    assert len(plan.new) == 2


def test_the_same_row_twice_is_one_resident():
    plan = plan_of(ZHANG, ZHANG)

    assert (len(plan.new), plan.counts["unchanged"], plan.counts["problems"]) == (1, 1, 0)


def test_the_same_resident_told_in_two_ways_is_a_problem_and_neither_counts():
    sheet = sheet_of(ZHANG, LIU, ZHANG)

    assert [(problem.row, problem.code) for problem in sheet.problems] == [
        (4, "repeated"),
        (5, "repeated"),
    ]
    assert sheet.problems[0].message.startswith("与第 3 行是同一房间、同一手机号")
    assert sheet.problems[1].message.startswith("与第 4 行是同一房间、同一手机号")
    assert (sheet.entries, sheet.bad_rows) == ({}, 3)


def test_a_contradiction_between_sheets_names_the_sheet():
    (problem,) = sheet_of(ZHANG, LIU, sheets=("一", "二")).problems

    assert problem.sheet == "二"
    assert problem.message.startswith("与“一”第 3 行")


def test_a_row_without_a_person_makes_its_room():
    plan = plan_of(None)

    assert (list(rooms_of(plan)), plan.new, plan.is_empty) == ([ROOM], [], False)


def test_the_digest_is_of_what_is_shown():
    known = but(ZHANG, name="张三丰")

    def digest(*persons, known=(known,)):
        return plan_of(*persons, known=known).digest

    assert digest(ZHANG) == digest(ZHANG)
    others = [digest(ZHANG, known=[but(known, gender="")]), digest(LIU), digest(ZHANG, known=[])]
    assert len({digest(ZHANG), *others}) == 4
