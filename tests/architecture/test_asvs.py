"""What the pages on security and privacy name is there, and no requirement is left out."""

import re
from functools import cache
from itertools import chain

import pytest

from tests.architecture.sources import ROOT

ASVS, SECURITY, PRIVACY = (ROOT / f"docs/{name}.md" for name in ("asvs", "security", "privacy"))
# How many requirements of level 1 and 2 each section of ASVS 5.0 has, in the order of its numbers.
LEVELS = {
    "1.1": "22", "1.2": "111112222", "1.3": "11222222222", "1.4": "222", "1.5": "12",
    "2.1": "122", "2.2": "112", "2.3": "1222", "2.4": "2",
    "3.2": "11", "3.3": "1222", "3.4": "112222", "3.5": "11122", "3.7": "22",
    "4.1": "122", "4.2": "2", "4.3": "22", "4.4": "1222",
    "5.1": "2", "5.2": "112", "5.3": "11", "5.4": "222",
    "6.1": "122", "6.2": "111111112222", "6.3": "1122", "6.4": "1122", "6.5": "22222",
    "6.6": "222", "6.8": "2222",
    "7.1": "222", "7.2": "1111", "7.3": "22", "7.4": "11222", "7.5": "22", "7.6": "22",
    "8.1": "12", "8.2": "112", "8.3": "1", "8.4": "2",
    "9.1": "111", "9.2": "1222",
    "10.1": "22", "10.2": "22", "10.3": "2222", "10.4": "11111222222", "10.5": "22222",
    "10.6": "22", "10.7": "222",
    "11.1": "22", "11.2": "222", "11.3": "112", "11.4": "1222", "11.5": "2", "11.6": "2",
    "12.1": "122", "12.2": "11", "12.3": "2222",
    "13.1": "2", "13.2": "22222", "13.3": "22", "13.4": "12222",
    "14.1": "22", "14.2": "1222", "14.3": "122",
    "15.1": "122", "15.2": "122", "15.3": "1222222",
    "16.1": "2", "16.2": "22222", "16.3": "2222", "16.4": "222", "16.5": "222",
    "17.1": "2", "17.2": "2222", "17.3": "22",
}  # fmt: skip
REQUIREMENTS = [
    (f"{section}.{number}", level)
    for section, levels in LEVELS.items()
    for number, level in enumerate(levels, 1)
]
VERDICTS = {"yes", "part", "no", "host", "n/a"}
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| [^|]+ \| ([^|]+) \| [^|]+ \|$", re.M)
TEST = re.compile(r"tests/[\w/]+\.py(?:::\w+)?")
PLACE = re.compile(r"`((?:haina|residents|staff|followers|communities|reminders|templates|static"
                   r"|requirements|tests|build)/[\w/.-]*\w)(?::: ?\w+)?`")  # fmt: skip
SHORT = re.compile(r"\b((?:\w+/)*test_\w+\.py)")
NAMED = re.compile(r"\btest_\w+(?:\.\.\.)?(?!\w*\.py)|(?<=\.\.\.)_\w+")
each_document = pytest.mark.parametrize(
    "document", [ASVS, SECURITY, PRIVACY], ids=lambda path: path.name
)


@cache
def functions() -> dict[str, set[str]]:
    """The tests of each file, by its path."""
    files = (ROOT / "tests").rglob("*.py")
    named = re.compile(r"^ *def (test_\w+)", re.M)
    return {str(file.relative_to(ROOT)): set(named.findall(file.read_text())) for file in files}


def test_every_requirement_is_here_once_and_has_a_verdict():
    rows = ROW.findall(ASVS.read_text())

    assert [(number, level) for number, level, _verdict in rows] == REQUIREMENTS
    assert {verdict for *_rest, verdict in rows} == VERDICTS
    assert [level for _number, level in REQUIREMENTS].count("1") == 70
    assert len(REQUIREMENTS) == 253


def test_what_is_done_names_where():
    text = ASVS.read_text()
    sure = [row for row in text.splitlines() if re.match(r"\| \d.*\| yes \|", row)]

    named = [row for row in sure if TEST.search(row) or "`" in row]
    assert len(named) > len(sure) * 0.8


@each_document
def test_each_test_that_is_named_is_there(document):
    missing = []
    for reference in TEST.findall(document.read_text()):
        path, _colons, name = reference.partition("::")
        if path not in functions() or (name and name not in functions()[path]):
            missing.append(reference)

    assert missing == []


@each_document
def test_each_place_that_is_named_is_there(document):
    named = set(PLACE.findall(document.read_text()))
    places = {name for name in named if name.endswith((".py", ".html", ".js", ".txt"))}

    shortened = {place for place in places if "/test_" in place}  # below tests/, looked for below
    assert [each for each in sorted(places - shortened) if not (ROOT / each).exists()] == []


def test_each_guard_has_a_test_that_is_there():
    """security.md cuts long names by ..., at one end or the other."""
    text, names = SECURITY.read_text(), set(chain.from_iterable(functions().values()))
    files = set(SHORT.findall(text))
    gone = [
        each for each in files if not any(f"/{path}".endswith(f"/{each}") for path in functions())
    ]
    gone += [each for each in set(NAMED.findall(text)) if not is_there(each, names)]

    assert sorted(gone) == []


def is_there(named: str, names: set[str]) -> bool:
    if named.startswith("_"):
        return any(named in name for name in names)
    if named.endswith("..."):
        return any(name.startswith(named.removesuffix("...")) for name in names)
    return named in names
