"""docs/operations.md against the code: settings, and what beat starts."""

import re

from celery.schedules import crontab

from haina.celery import app
from tests.architecture.manual import rows
from tests.architecture.sources import ROOT

EXAMPLE = (ROOT / ".env.example").read_text()
SETTINGS = rows("docs/operations.md", "Settings")
BEAT = rows("docs/operations.md", "What beat starts")


def test_every_setting_is_in_the_manual_with_its_default():
    told = {name.strip("` *"): default.strip("`") for name, default, _is in SETTINGS}
    there = dict(re.findall(r"^([A-Z][A-Z0-9_]*)=(.*)$", EXAMPLE, re.M))

    assert list(told) == list(there)
    for name, default in there.items():
        assert told[name] == default or (not default and told[name] in {"none", "empty"}), name


def test_each_setting_is_said_to_be_something():
    assert [name for name, _default, what in SETTINGS if not what] == []


def test_what_beat_starts_is_in_the_manual():
    told = {name: (task.strip("`"), when) for name, task, when, *_rest in BEAT}
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
    assert [row for row in BEAT if not all(row) or len(row) != 5] == []
