"""Whoever types a command wrongly is told its usage, and the exit status is 2."""

import pytest
from django.core.management import execute_from_command_line


@pytest.mark.parametrize(
    "arguments",
    [
        ["create_community", "--name=x"],
        ["export_structure", "--community=x", "out.xlsx"],
        ["check_trees", "--repair"],
        ["import_residents", "住户.xlsx"],
        ["import_residents", "--community=x", "住户.xlsx"],
        ["import_residents", "--community=1", "--policy=all", "住户.xlsx"],
        ["export_residents", "--community=1"],
        ["resident_template", "--community=1", "out.xlsx", "more"],
    ],
)
def test_wrong_usage_is_2(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        execute_from_command_line(["manage.py", *arguments])

    told = capsys.readouterr()
    assert (ended.value.code, told.out) == (2, "")
    assert "usage" in told.err
