"""Sizes of files, settings that are all documented, migrations that are all made."""

import ast
import re

import pytest
from django.core.management import call_command

from tests.architecture.sources import OURS, PACKAGES, ROOT, python_files, short, tree_of

MOST_LINES = 600
EXAMPLE = ROOT / ".env.example"


def documented() -> dict[str, str]:
    lines = re.findall(r"^([A-Z][A-Z0-9_]*)=(.*)$", EXAMPLE.read_text(), re.M)
    return dict(lines)


def read_by_settings() -> dict[str, ast.Call]:
    """Every env_…("NAME") of the settings, and of those of the web server."""
    trees = [tree_of(ROOT / name) for name in ("haina/settings.py", "haina/gunicorn.py")]
    calls = [node for tree in trees for node in ast.walk(tree) if is_read(node)]
    return {call.args[0].value: call for call in calls}


def is_read(node) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "id", "").startswith("env_")


def test_no_file_is_too_long():
    lengths = {short(path): len(path.read_text().splitlines()) for path in python_files(*OURS)}

    assert {name: length for name, length in lengths.items() if length > MOST_LINES} == {}


def test_the_example_lists_every_setting_and_no_other():
    assert set(documented()) == set(read_by_settings())


def test_the_example_says_what_each_setting_means():
    lines = EXAMPLE.read_text().splitlines()
    names = [number for number, line in enumerate(lines) if re.match(r"[A-Z_0-9]+=", line)]

    assert [lines[number] for number in names if not lines[number - 1].startswith("#")] == []


@pytest.mark.parametrize(("name", "call"), read_by_settings().items(), ids=read_by_settings())
def test_the_example_holds_the_default(name, call):
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    default = keywords.get("default") or (call.args[1] if len(call.args) > 1 else None)
    if default is None or "BASE_DIR" in ast.unparse(default):
        assert documented()[name] == ""
        return
    value = eval(ast.unparse(default))  # noqa: S307 - a number or a string of our own settings
    expected = int(value) if isinstance(value, bool) else value
    assert documented()[name] == str(expected)


def test_only_env_reads_the_environment():
    entries = {"haina/env.py", "haina/celery.py", "haina/gunicorn.py", "haina/wsgi.py"}
    readers = {
        short(path)
        for path in python_files(*PACKAGES)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
        if getattr(node.value, "id", "") == "os"
    }

    assert readers - entries == set()


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
