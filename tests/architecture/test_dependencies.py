"""Each dependency says why it is there, and what comes with the product says its licence."""

import json
import re
import tomllib

from tests.architecture.sources import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
NAMES = re.compile(r"^[A-Za-z0-9_.-]+")


def wanted() -> list[str]:
    groups = PROJECT["dependency-groups"].values()
    return [*PROJECT["project"]["dependencies"], *(each for group in groups for each in group)]


def handed_out() -> list[str]:
    groups = PROJECT["dependency-groups"]
    python = PROJECT["project"]["dependencies"] + groups["embedded"] + groups["sentry"]
    pages = json.loads((ROOT / "package.json").read_text())["dependencies"]
    return [*(NAMES.match(each)[0] for each in python), *pages]


def test_each_says_why_it_is_there():
    text = (ROOT / "pyproject.toml").read_text()
    told = re.findall(r'^\s*"([^"]+)",\s+# \S', text, re.M)

    assert set(wanted()) - set(told) == set()


def test_the_notices_name_what_is_handed_out_and_nothing_else():
    listed = re.findall(r"^\| ([^|]+?)(?:, with [^|]+)? \| [^|]+ \|$", notices(), re.M)

    assert sorted(set(listed) - {"package"}, key=str.lower) == sorted(handed_out(), key=str.lower)


def notices() -> str:
    return (ROOT / "docs/notices.md").read_text()
