"""docs/operations.md against the code: settings, and what beat starts."""

import re

from celery.schedules import crontab

from haina.celery import app
from tests.architecture.sources import ROOT

MANUAL = (ROOT / "docs/operations.md").read_text()
EXAMPLE = (ROOT / ".env.example").read_text()


def rows(title: str) -> list[list[str]]:
    """The cells of the first table below a heading."""
    section = MANUAL.split(f"\n## {title}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


def test_every_setting_is_in_the_manual_with_its_default():
    told = {name.strip("` *"): default.strip("`") for name, default, _is in rows("Settings")}
    there = dict(re.findall(r"^([A-Z][A-Z0-9_]*)=(.*)$", EXAMPLE, re.M))

    assert list(told) == list(there)
    for name, default in there.items():
        assert told[name] == default or (not default and told[name] in {"none", "empty"}), name


def test_each_setting_is_said_to_be_something():
    assert [name for name, _default, what in rows("Settings") if not what] == []


def test_what_beat_starts_is_in_the_manual():
    told = {name: (task.strip("`"), when) for name, task, when, *_rest in rows("What beat starts")}
    there = {
        name: (entry["task"], when_of(entry["schedule"]))
        for name, entry in app.conf.beat_schedule.items()
    }

    assert told == there


def when_of(schedule) -> str:
    """As the manual writes it: 60 s, hourly at :31, 03:20."""
    if not isinstance(schedule, crontab):
        return f"{schedule:.0f} s"
    (minute,) = schedule.minute
    if len(schedule.hour) == 24:
        return f"hourly at :{minute:02d}"
    (hour,) = schedule.hour
    return f"{hour:02d}:{minute:02d}"


def test_each_line_says_what_is_missed():
    assert [row for row in rows("What beat starts") if not all(row) or len(row) != 5] == []
