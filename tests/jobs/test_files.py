import subprocess
import sys

from django.utils import timezone

from haina.jobs import files
from tests.jobs.processes import environment

KILLED_AT_WORK = """
import django, os, signal
django.setup()
from haina.jobs import files
with files.workplace() as folder:
    (folder / "upload").write_bytes(b"x")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def die_at_work():
    subprocess.run([sys.executable, "-c", KILLED_AT_WORK], env=environment(), check=False)


def test_what_a_killed_process_left_in_its_workplace_goes_when_the_next_one_comes(db):
    with files.workplace() as living:
        die_at_work()
        (left,) = set(living.parent.iterdir()) - {living}
        assert (left / "upload").exists()

        with files.workplace() as next_one:
            assert set(living.parent.iterdir()) == {living, next_one}
    assert list(living.parent.iterdir()) == []


def test_the_nightly_tidying_removes_it_too(db):
    with files.workplace() as living:
        die_at_work()

        assert files.remove_old(now=timezone.now()) == 1
        assert list(living.parent.iterdir()) == [living]
