import logging
import os
import re
import subprocess
import sys
from datetime import UTC, datetime

import pytest
import time_machine
from django.conf import settings
from django.db import IntegrityError, transaction

from haina.lib.logs import DailyFiles, WithoutValues
from residents.models import Resident
from tests import make
from tests.architecture.sources import ROOT

WRITE = """
import logging, sys
from haina.lib.logs import DailyFiles
handler = DailyFiles(sys.argv[1], 200)
for number in range(300):
    handler.emit(logging.makeLogRecord({"msg": sys.argv[2] * 9000}))
"""


def logged(error: Exception) -> str:
    wanted = settings.LOGGING["formatters"]["line"]
    formatter = WithoutValues(wanted["format"], style=wanted["style"])
    seen = (type(error), error, error.__traceback__)
    return formatter.format(logging.LogRecord("haina", 40, "", 1, "it broke", None, seen))


def test_a_line_says_in_which_zone_its_time_is():
    line = logged(ValueError())

    assert re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[+-]\d{4} ERROR haina ", line)


def test_a_refused_row_is_not_quoted_in_the_log(community):
    there = make.resident(community, name="金丝雀", phone="13700007788")
    again = Resident(community=community, room=there.room, name="金丝雀", phone=there.phone)
    again.identity = Resident.Identity.OWNER

    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        again.save()

    text = logged(caught.value)
    assert "13700007788" in str(caught.value)  # it would have been
    assert "13700007788" not in text
    assert "resident_phone_once_per_room" in text
    assert "test_logs.py" in text


@pytest.fixture
def log(tmp_path):
    folder = tmp_path / "log"
    folder.mkdir()
    return folder


def write(folder, text, days=200):
    DailyFiles(folder, days).emit(logging.makeLogRecord({"msg": text}))


def test_a_day_has_a_file_that_only_its_owner_reads(log):
    with time_machine.travel(datetime(2027, 1, 31, 12, tzinfo=UTC)) as clock:
        handler = DailyFiles(log, 200)
        handler.emit(logging.makeLogRecord({"msg": "in January"}))
        clock.shift(24 * 3600)
        handler.emit(logging.makeLogRecord({"msg": "in February"}))

    files = sorted(log.iterdir())
    assert [file.name for file in files] == ["haina-2027-01-31.log", "haina-2027-02-01.log"]
    assert [file.read_text() for file in files] == ["in January\n", "in February\n"]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def test_files_go_after_their_days_and_nothing_else_does(log):
    names = ["haina-2026-06-14.log", "haina-2026-06-15.log", "haina-2026-12-31.log", "other.log"]
    for name in names:
        (log / name).write_text("x")

    with time_machine.travel(datetime(2027, 1, 1, tzinfo=UTC)):
        write(log, "y")

    left = {file.name for file in log.iterdir()}
    assert left == {*names[1:], "haina-2027-01-01.log"}


def test_processes_share_a_file_line_by_line(log):
    command = [sys.executable, "-c", WRITE, str(log)]
    writers = [subprocess.Popen([*command, letter], cwd=ROOT) for letter in "abc"]
    assert [writer.wait() for writer in writers] == [0, 0, 0]

    lines = [line for file in log.iterdir() for line in file.read_text().splitlines()]

    assert sorted(lines) == sorted([letter * 9000 for letter in "abc" for _ in range(300)])


def test_a_folder_that_cannot_be_made_breaks_nothing(log, capsys):
    (log / "file").write_text("a file where the folder should be")

    write(log / "file", "x")

    assert "FileExistsError" in capsys.readouterr().err


def test_the_setting_sends_the_log_to_files(log):
    told = "import logging; logging.getLogger('haina').warning('told')"
    command = [sys.executable, "manage.py", "shell", "-c", told]
    environment = os.environ | {"HAINA_LOG_DIR": str(log)}

    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)

    (file,) = log.iterdir()
    assert file.read_text().endswith("WARNING haina - told\n")
    assert "told" not in ended.stderr


@pytest.mark.parametrize(
    ("name", "value", "least"), [("AUDIT_YEARS", "2", 3), ("LOG_DAYS", "179", 180)]
)
def test_less_than_the_law_asks_for_is_refused_in_one_line(name, value, least):
    command = [sys.executable, "manage.py", "check"]
    ended = subprocess.run(
        command, cwd=ROOT, env=os.environ | {name: value}, capture_output=True, text=True
    )

    assert ended.returncode == 3
    assert ended.stderr.splitlines() == [
        f"haina: setting {name} must be a whole number of at least {least} (see .env.example)"
    ]


def test_a_log_that_takes_no_line_breaks_nothing(log, capsys):
    (log / "full").touch()  # no folder, so no file of a day can be made in it

    write(log / "full", "a line")

    assert "FileExistsError" in capsys.readouterr().err
