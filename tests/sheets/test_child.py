import os
import random
import resource
import signal
import subprocess
import sys
import time
import zlib
from pathlib import Path

import pytest

from haina.sheets.child import code_of
from haina.sheets.gate import Stop
from haina.sheets.reader import MB, PACKAGE, START, Refused, read
from tests.sheets import make

noise = random.Random(1).randbytes
ROW = '<row r="{0}"><c r="A{0}"><v>{0}</v></c></row>'


@pytest.fixture
def path(tmp_path):
    return tmp_path / "upload"


def many_rows(count):
    return "".join(map(ROW.format, range(1, count + 1)))


def idle_units(idle):
    """Much work and no rows, just within the limits of the zip."""
    return "".join(f"{idle * 5_000}<!--{noise(400).hex()}-->" for _ in range(2_000))


def children():
    """The processes that this one started and that are still there, ended ones included."""
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()


def seconds_of_children():
    """Of CPU, which a busy machine does not make longer."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def is_there(pid):
    """Somebody else reaps it; until then it may be listed as ended (Z)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until(happened, *, seconds):
    end = time.monotonic() + seconds
    while not happened() and time.monotonic() < end:
        time.sleep(0.02)
    return happened()


def test_child_is_gone_after_the_last_row(path):
    before = children()
    make.xlsx_of(path, many_rows(1000))

    assert len(list(read(path))) == 1000
    assert children() == before


def test_child_is_gone_when_the_caller_leaves_early(path):
    before = children()
    make.xlsx_of(path, many_rows(50_000))

    rows = read(path)
    next(rows)
    during = children()
    rows.close()

    assert len(during) == len(before) + 1
    assert children() == before


def test_child_is_gone_when_the_caller_fails(path):
    before = children()
    make.xlsx_of(path, many_rows(50_000))

    with pytest.raises(ZeroDivisionError):
        [1 // 0 for _ in read(path)]

    assert children() == before


@pytest.mark.parametrize("given", ["rows", "nothing"])
def test_child_ends_when_its_parent_is_killed(path, given):
    make.xlsx_of(path, many_rows(50_000) if given == "rows" else idle_units('<c r="ZZ1"/>'))
    program = (
        "import os, sys, time; from haina.sheets import reader\n"
        "start = reader.start\n"
        "def tell(*args):\n"
        "    child = start(*args); print(child.pid, flush=True); return child\n"
        f"reader.start = tell; rows = reader.read({str(path)!r}); next(rows); time.sleep(60)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=PACKAGE.parent
    )
    pid = int(parent.stdout.readline())
    time.sleep(0.5)
    there = is_there(pid)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()

    assert there
    assert wait_until(lambda: not is_there(pid), seconds=1)


def test_child_stops_at_the_row_limit(path):
    make.xlsx_of(path, many_rows(301))

    assert len(list(read(path, max_rows=301))) == 301
    with pytest.raises(Refused) as refusal:
        list(read(path, max_rows=300))
    assert refusal.value.code == "too_many_rows"


def test_child_may_take_no_more_memory_than_given(path):
    texts = (f"<t>{noise(100).hex() * 160}</t>" for _ in range(6_000))
    make.xlsx(path, make.parts() | {"xl/sharedStrings.xml": make.strings(*texts)})

    assert len(list(read(path))) == 1
    with pytest.raises(Refused) as refusal:
        list(read(path, memory=100 * MB))
    assert refusal.value.code == "too_much_memory"


@pytest.mark.parametrize("said", ["Error -4 while decompressing data", "Error -3 invalid block"])
def test_lack_of_memory_is_told_from_damage_also_when_the_gate_met_it(said):
    try:
        try:
            raise zlib.error(said)
        except zlib.error:
            raise Stop("damaged") from None
    except Stop as stop:
        code = code_of(stop)

    assert code == ("too_much_memory" if "-4" in said else "damaged")


@pytest.mark.parametrize(
    ("idle", "code"), [("<row/>", "too_many_rows"), ('<c r="ZZ1"/>', "too_slow")]
)
def test_child_may_not_work_for_nothing(path, idle, code):
    make.xlsx_of(path, idle_units(idle))
    begun = seconds_of_children()

    with pytest.raises(Refused) as refusal:
        list(read(path))

    assert refusal.value.code == code
    assert seconds_of_children() - begun < 4.5


class Patience:
    """Seconds that a test changes meanwhile: a busy machine needs long to start the child."""

    seconds = 60

    def __mul__(self, number):
        return self.seconds * number


def test_child_that_says_nothing_is_ended(path):
    make.xlsx_of(path, many_rows(100_000))
    before, patience = children(), Patience()

    rows = read(path, silence=patience)
    next(rows)
    (child,) = set(children()) - set(before)
    os.kill(int(child), signal.SIGSTOP)
    patience.seconds = 0.5
    with pytest.raises(Refused) as refusal:
        list(rows)

    assert refusal.value.code == "too_slow"
    assert children() == before


def test_child_may_say_no_more_than_its_limit(path):
    long = f"<t>{'住' * 32_000}</t>"
    cells = '<c t="s"><v>0</v></c>' * 64
    rows = "".join(f"<row>{cells}</row>" for _ in range(60))
    make.xlsx_of(path, rows, **{"xl/sharedStrings.xml": make.strings(long)})

    with pytest.raises(Refused) as refusal:
        for _ in read(path):
            pass
    assert refusal.value.code == "zip_bomb"


def test_child_reaches_nothing_else(tmp_path):
    program = START.replace("main(sys.argv[2:])", "").replace("import main", "import take_limits")
    program += (
        "import socket, subprocess, resource\n"
        "assert not {'django', 'celery', 'haina.celery'} & set(sys.modules)\n"
        "take_limits(400 * 2**20, 60)\n"
        f"write = lambda: open({str(tmp_path / 'file')!r}, 'w')\n"
        "for call in (socket.socket, lambda: subprocess.Popen('true'), write):\n"
        "    try: call()\n"
        "    except Exception as error: print(type(error).__name__)\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE), resource.getrlimit(resource.RLIMIT_FSIZE))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", program, str(PACKAGE)], capture_output=True, text=True
    )

    assert done.stdout.split("\n") == ["Stop", "Stop", "Stop", "(0, 0) (0, 0)", ""]


def test_read_needs_a_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        list(read(tmp_path / "missing"))
