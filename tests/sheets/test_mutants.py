"""Damaged copies of good workbooks: refused or read, but never anything else."""

import random
import zipfile
from io import BytesIO

import pytest

from haina.sheets import gate, xls, xlsx
from haina.sheets.reader import Refused, read
from tests.sheets import make

SEED = 20181231
ROWS = "".join(
    f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c><c r="B{n}" s="1"><v>{43000 + n}</v></c>'
    f'<c r="C{n}" t="inlineStr"><is><t>李四{n}</t></is></c></row>'
    for n in range(1, 40)
)
ODD_VALUES = ["\x00", "\ud800", "x" * 32_768, "1e308", "9999-99-99", "-1", "9" * 5_000, "=cmd|' '"]


@pytest.fixture
def good(tmp_path):
    new = make.xlsx_of(tmp_path / "good.xlsx", ROWS).read_bytes()
    cells = b"".join(make.cell(n, n % 3, f"住户{n}" if n % 2 else n / 2, n % 2) for n in range(60))
    old = make.xls(tmp_path / "good.xls", {"一": cells, "二": cells}).read_bytes()
    return [new, old]


def mutant(content: bytes, chance: random.Random) -> bytes:
    if content.startswith(b"PK") and chance.random() < 0.6:
        return repacked(content, chance)
    broken = bytearray(content)
    if chance.random() < 0.2:
        return bytes(broken[: chance.randrange(len(broken))])
    for _ in range(chance.choice([1, 1, 2, 8])):
        broken[chance.randrange(len(broken))] = chance.randrange(256)
    return bytes(broken)


def repacked(content: bytes, chance: random.Random) -> bytes:
    """The same zip with one member dropped, cut, emptied or with other values inside."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice(list(members))
    text = members.pop(name)
    place = chance.randrange(len(text))
    odd = chance.choice(ODD_VALUES).encode("utf-8", "surrogatepass")
    changed = [
        text[:place],
        text[:place] + text[place + 1 + chance.randrange(20) :],
        text.replace(b"<v>0</v>", b"<v>" + odd + b"</v>", 3),
        text.replace(b'"1"', b'"' + odd + b'"', 1),
        text.replace(b"<", b"<x:", 1),
        b"",
        None,
    ]
    if (new := chance.choice(changed)) is not None:
        members[name] = new
    file = BytesIO()
    make.xlsx(file, members)
    return file.getvalue()


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


def test_mutants_are_read_or_refused(good, tmp_path):
    chance = random.Random(SEED + 1)
    path = tmp_path / "mutant"
    verdicts = {"opens": 0, "refused": 0}

    for number in range(100):
        path.write_bytes(mutant(good[number % 2], chance))
        try:
            for row in read(path):
                assert row.cells[-1] is not None
            verdicts["opens"] += 1
        except Refused:
            verdicts["refused"] += 1

    assert min(verdicts.values()) > 10


def test_unharmed_originals_open(good, tmp_path):
    path = tmp_path / "good"

    for content, parser, rows in zip(good, (xlsx, xls), (39, 120), strict=True):
        path.write_bytes(content)

        assert sum(len(batch) for _, batch in parser.batches(path, 64)) == rows
