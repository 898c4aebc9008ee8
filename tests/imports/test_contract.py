"""The engine with the smallest contract that there can be: names by phone, and no places."""

import pytest

from haina.imports.cells import missing, name_reader, phone_of
from haina.imports.contract import Contract
from haina.imports.entries import Fault, OnFile
from haina.imports.layout import Layout
from haina.imports.plan import make_plan
from haina.imports.rows import HeaderRefused, read_sheet
from haina.sheets.names import CLEAR
from haina.sheets.reader import Row

HEADER = ("姓名", "手机号", "微信号")
NAME, PHONE, WECHAT = range(3)
ZHANG = ("张三", "+8618913112121", "zhang")


def text_of(cell):
    return cell or ""


class Names(Contract):
    name, layout, same = "通讯录", Layout(HEADER), "同一手机号"
    readers = (name_reader(4), phone_of, text_of)
    fillable = (WECHAT,)
    doubt = "%(count)d 个微信号可疑：%(places)s。"

    def check(self, values, faults):
        if not values[PHONE]:
            faults.setdefault(PHONE, Fault("missing", missing().message))

    def entry(self, values):
        return values[PHONE], tuple(values)

    def cells_of(self, key, person):
        return person

    def row_of(self, key, person):
        return {"name": person[NAME]}

    def doubtful(self, person):
        return WECHAT if person[WECHAT].isdecimal() else None


def read(*rows, header=HEADER):
    cells = [Row("员工", number, tuple(row)) for number, row in enumerate([header, *rows], 1)]
    return read_sheet(cells, Names())


def plan_of(*rows, known=()):
    on_file = [OnFile(pk, person[PHONE], person) for pk, person in enumerate(known, 7)]
    return make_plan(read(*rows), on_file)


def test_the_key_is_what_the_contract_says():
    sheet = read(("张三", 18913112121), ("李四", "136 2589 5630"))

    assert list(sheet.entries) == ["+8618913112121", "+8613625895630"]
    assert (sheet.places, sheet.problems) == ({}, [])


def test_what_is_wrong_between_cells_is_told_beside_what_is_wrong_in_them():
    sheet = read(("张三李四王五", None), ("李四", "x"))

    assert [(each.column, each.row, each.code) for each in sheet.problems] == [
        ("A", 2, "too_long"),
        ("B", 2, "missing"),
        ("B", 3, "bad_phone"),
    ]


def test_the_contract_says_in_words_what_makes_two_rows_one_person():
    sheet = read(("张三", "18913112121"), ("李四", "18913112121"))

    (problem,) = sheet.problems
    assert problem.message == "与第 2 行是同一手机号，但内容不同。请只保留一行。"
    assert [bad.cells[NAME] for bad in sheet.bad_in_order] == ["张三", "李四"]


def test_what_looks_mistyped_is_noted():
    assert read(("张三", "18913112121", "123")).notes == ["1 个微信号可疑：“员工”C2。"]


def test_another_header_names_the_contract():
    with pytest.raises(HeaderRefused, match="通讯录") as refused:
        read(header=("姓名", "电话", "微信号"))

    assert [each.column for each in refused.value.problems] == ["B"]


@pytest.mark.parametrize(
    ("on_file", "typed", "filled", "after"),
    [
        ("", "new", "new", "new"),
        ("old", "new", "old", "new"),
        ("old", CLEAR, "old", ""),
    ],
)
def test_a_policy_says_how_much_of_a_row_counts(on_file, typed, filled, after):
    plan = plan_of(("张三", "18913112121", typed), known=[(*ZHANG[:WECHAT], on_file)])

    (change,) = plan.changes
    written = [change.under(policy)[WECHAT] for policy in ("skip", "fill", "overwrite")]
    assert written == [on_file, filled, after]


@pytest.mark.parametrize("typed", ["zhang", None])
def test_a_blank_cell_changes_nothing(typed):
    plan = plan_of(("张三", "18913112121", typed), known=[ZHANG])

    assert (plan.changes, plan.counts["unchanged"]) == ([], 1)
