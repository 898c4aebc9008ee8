"""What an import would do. No database: rows in, a plan out."""

from datetime import date

from residents.imports.plan import Known, make_plan
from residents.imports.rows import Entry, Problem, Sheet

ZHANG = {
    "name": "张三",
    "gender": "male",
    "identity": "owner",
    "lease_ends_on": None,
    "phone": "+8618913112121",
    "id_number": "440304198511080000",
}
LIU = ZHANG | {"identity": "term_tenant", "lease_ends_on": date(2018, 12, 31)}
ROOM = ("A", "1", "101")
KEY = (ROOM, ZHANG["phone"])


def plan_of(*persons, known=None, sheet="住户"):
    """One row for each person, all in the same room."""
    entries = [Entry(sheet, number, ROOM, person) for number, person in enumerate(persons, 3)]
    return make_plan(Sheet(entries), known=known or {})


def on_file(person):
    return {KEY: Known(7, person)}


def test_somebody_new_is_created():
    plan = plan_of(ZHANG)

    assert (plan.new, plan.changed, plan.unchanged) == ({KEY: ZHANG}, {}, 0)
    assert list(plan.rooms) == [ROOM]


def test_somebody_on_file_is_unchanged():
    plan = plan_of(ZHANG, known=on_file(ZHANG))

    assert (plan.new, plan.changed, plan.unchanged) == ({}, {}, 1)


def test_only_what_differs_is_changed():
    plan = plan_of(ZHANG | {"name": "张三丰"}, known=on_file(ZHANG))

    assert plan.changed == {7: {"name": "张三丰"}}


def test_a_blank_cell_erases_nothing():
    plan = plan_of(ZHANG | {"gender": "", "id_number": ""}, known=on_file(ZHANG))

    assert (plan.changed, plan.unchanged) == ({}, 1)


def test_who_stops_being_a_term_tenant_has_no_lease_end():
    plan = plan_of(ZHANG, known=on_file(LIU))

    assert plan.changed == {7: {"identity": "owner", "lease_ends_on": None}}


def test_who_becomes_a_term_tenant_has_one():
    plan = plan_of(LIU, known=on_file(ZHANG))

    assert plan.changed == {7: {"identity": "term_tenant", "lease_ends_on": LIU["lease_ends_on"]}}


def test_the_same_phone_in_another_room_is_another_resident():
    elsewhere = ("A", "1", "102")
    entries = [Entry("住户", 3, ROOM, ZHANG), Entry("住户", 4, elsewhere, ZHANG)]

    plan = make_plan(Sheet(entries), known={})

    assert list(plan.new) == [KEY, (elsewhere, ZHANG["phone"])]


def test_the_same_row_twice_is_one_resident():
    plan = plan_of(ZHANG, ZHANG)

    assert (len(plan.new), plan.unchanged, plan.problems) == (1, 1, [])


def test_the_same_resident_told_in_two_ways_is_a_problem():
    plan = plan_of(ZHANG, LIU)

    (problem,) = plan.problems
    assert (problem.row, problem.code) == (4, "repeated")
    assert problem.message.startswith("与第 3 行是同一房间、同一手机号")


def test_a_contradiction_between_sheets_names_the_sheet():
    entries = [Entry("一", 3, ROOM, ZHANG), Entry("二", 3, ROOM, LIU)]

    (problem,) = make_plan(Sheet(entries), known={}).problems

    assert problem.sheet == "二"
    assert problem.message.startswith("与“一”第 3 行")


def test_a_row_without_a_person_makes_its_room():
    plan = plan_of({})

    assert (list(plan.rooms), plan.new, plan.unchanged) == ([ROOM], {}, 0)


def test_problems_stand_in_the_order_of_rows():
    read = [Problem("住户", row, "A", "missing", "") for row in (3, 9)]
    entries = [Entry("住户", 4, ROOM, ZHANG), Entry("住户", 5, ROOM, LIU)]

    plan = make_plan(Sheet(entries, read), known={})

    assert [problem.row for problem in plan.problems] == [3, 5, 9]
