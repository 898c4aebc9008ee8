"""What the pages of docs/ name is in the code; the house that they draw is the one that stands."""

import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.sources import OURS, ROOT, python_files, short

PAGES = sorted((ROOT / "docs").glob("*.md"))
# `a/b.py` or `a/b.py: name, other`: the end of a path, and what stands in that file
PLACE = re.compile(r"`([\w/]+\.py)(?:: ?([^`]*))?`")
NAME = re.compile(r"(?<![\w.])[A-Za-z]\w+(?!\w*\.\.\.)")
PICTURE = re.compile(r"!\[[^\]]*\]\(([^)]+\.png)\)")
DRAWN = re.compile(r'(?:picture_of_docs|step)\(\w+, "([\w-]+)"')
MOST_BYTES = 120_000


@cache
def sources() -> dict[str, str]:
    return {f"/{short(path)}": path.read_text() for path in python_files(*OURS)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_file_and_name_is_there(page):
    gone = []
    for place, names in PLACE.findall(page.read_text()):
        files = [text for path, text in sources().items() if path.endswith(f"/{place}")]
        gone += [] if files else [place]
        for name in NAME.findall(names):
            if files and not any(re.search(rf"\b{name}\b", text) for text in files):
                gone.append(f"{place}: {name}")

    assert gone == []


def test_the_house_has_the_layers_of_the_contract():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = " ".join(contracts["contracts"][0]["layers"])
    house = (ROOT / "docs/architecture.md").read_text().split("```")[3]
    drawn = {part for line in house.splitlines() for part in line.split("  ")}

    assert {part.strip() for part in drawn} >= set(re.findall(r"[a-z.]+", layers))


def pictures() -> set[Path]:
    return set((ROOT / "docs/pictures").iterdir())


def test_each_picture_is_there_small_and_shown():
    shown = set()
    for page in [*PAGES, ROOT / "README.md"]:
        shown |= {(page.parent / name).resolve() for name in PICTURE.findall(page.read_text())}

    assert shown == pictures()
    assert [each.name for each in shown if each.stat().st_size > MOST_BYTES] == []


def test_each_picture_is_drawn_by_a_browser_test():
    drawn = set()
    for test in (ROOT / "tests/browser").glob("test_*.py"):
        drawn |= {f"{name}.png" for name in DRAWN.findall(test.read_text())}

    assert {each.name for each in pictures()} == drawn
