"""Damaged copies of good workbooks: refused or read, but never anything else."""

import json
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from haina.sheets import gate, xls, xlsx
from haina.sheets.refusals import SENTENCES
from haina.sheets.writer import Column, Group, write_workbook
from tests.sheets import make
from tests.sheets.mutating import mutant

SEED = 20181231
ROOT = Path(__file__).resolve().parents[2]
ROWS = "".join(
    f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c><c r="B{n}" s="1"><v>{43000 + n}</v></c>'
    f'<c r="C{n}" t="inlineStr"><is><t>李四{n}</t></is></c></row>'
    for n in range(1, 40)
)


@pytest.fixture
def good(tmp_path):
    new = make.xlsx_of(tmp_path / "good.xlsx", ROWS).read_bytes()
    cells = b"".join(make.cell(n, n % 3, f"住户{n}" if n % 2 else n / 2, n % 2) for n in range(60))
    old = make.xls(tmp_path / "good.xls", {"一": cells, "二": cells}).read_bytes()
    return [new, old]


def test_mutants_raise_nothing_unexpected_in_the_gate(good, tmp_path):
    chance = random.Random(SEED)
    path = tmp_path / "mutant"
    kinds = {"xlsx": 0, "xls": 0, "stopped": 0}

    for number in range(1_000):
        path.write_bytes(mutant(good[number % 2], chance))
        try:
            kinds[gate.kind_of(path)] += 1
        except gate.Stop:
            kinds["stopped"] += 1

    assert min(kinds.values()) > 50


def test_mutants_crash_nothing(good, tmp_path, pytestconfig):
    """2,000 of them, or as many as `--mutants` says, in two processes."""
    for name, content in zip(("good.xlsx", "good.xls"), good, strict=True):
        (tmp_path / name).write_bytes(content)
    write_residents(tmp_path / "good-2.xlsx")
    (tmp_path / "good.csv").write_text('姓名,"部门"\n张三,"工程部\n客服部"\n' * 60, "gb18030")
    half = str(pytestconfig.getoption("mutants") // 2)

    halves = [begin(str(tmp_path), str(SEED + number), half) for number in (1, 2)]

    verdicts = sum((Counter(json.loads(told(each))) for each in halves), Counter())
    assert verdicts.keys() <= {*SENTENCES, "end"}, verdicts
    assert verdicts.total() == 2 * int(half)
    assert min(verdicts["end"], verdicts["damaged"]) > int(half) // 10


def begin(*arguments: str) -> subprocess.Popen:
    command = [sys.executable, "-W", "ignore", "-m", "tests.sheets.mutants", *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def told(process: subprocess.Popen) -> str:
    output, _ = process.communicate(timeout=3600)
    assert process.returncode == 0
    return output


def write_residents(path):
    """As exports look: two rows of header, inline strings, comments, drop-downs."""
    columns = (Column("姓名", note="必填"), Column("性别", choices=("男", "女")), Column("手机"))
    rows = [[f"住户{number}", "男", f"138{number:08d}"] for number in range(60)]
    write_workbook(path, title="住户信息", columns=[Group("基本信息", columns)], rows=rows)


def test_unharmed_originals_open(good, tmp_path):
    path = tmp_path / "good"

    for content, parser, rows in zip(good, (xlsx, xls), (39, 120), strict=True):
        path.write_bytes(content)

        assert sum(len(batch) for _, batch in parser.batches(path, 64)) == rows
