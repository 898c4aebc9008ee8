"""What bin/bench prints."""

import json

import pytest


@pytest.fixture
def report(lib):
    report = lib.report.Report("import")
    report.figure("import: seconds", 2.0, runs=3)
    report.figure("peer: seconds", 100.0, runs=1)
    return report


def test_the_last_line_is_for_machines(report):
    report.at_least("peer / import", 50.0, 50)
    report.at_most("peak MB", 351.0, 350)

    assert json.loads(report.json()) == {
        "bench": "import",
        "figures": {"import: seconds": 2.0, "peer: seconds": 100.0},
        "goals": [
            {"name": "peer / import", "value": 50.0, "limit": 50, "holds": True},
            {"name": "peak MB", "value": 351.0, "limit": 350, "holds": False},
        ],
    }
    assert not report.all_hold


def test_the_table_says_what_is_one_run_and_what_does_not_hold(report):
    report.at_most("peak MB", 351.0, 350)

    lines = report.table().splitlines()

    assert [line.split()[-1] for line in lines[:2]] == ["3", "run"]
    assert lines[-1].endswith("DOES NOT HOLD")
