"""The project's own files, for tests that read them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("haina", "communities", "followers", "residents", "staff", "reminders")
OURS = (*PACKAGES, "tests", "bin/lib")


def python_files(*folders: str) -> Iterator[Path]:
    for folder in folders or PACKAGES:
        yield from sorted((ROOT / folder).rglob("*.py"))


def templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.html"))


def templates_of_the_sandbox() -> list[Path]:
    return sorted((ROOT / "haina/sandbox/templates").rglob("*.html"))


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text())
