"""What bin/run and its kin stand on: stamps, secrets, ports, records of processes, signals."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def sources(lib, tmp_path, monkeypatch):
    """A clone of two files."""
    monkeypatch.setattr(lib.stamps, "ROOT", tmp_path)
    folder = tmp_path / "css"
    folder.mkdir()
    (folder / "a.css").write_text("a")
    (tmp_path / "lock.txt").write_text("1")
    return folder


def test_a_digest_is_of_contents_names_and_words_and_of_no_times(lib, sources):
    def digest(*words):
        return lib.stamps.digest([sources, sources.parent / "lock.txt"], *words)

    before = digest("3.11")
    os.utime(sources / "a.css", (0, 0))
    assert digest("3.11") == before

    assert digest("3.12") != before
    (sources / "a.css").rename(sources / "b.css")
    renamed = digest("3.11")
    (sources / "b.css").write_text("b")
    assert len({before, renamed, digest("3.11")}) == 3


def test_a_step_is_fresh_until_what_it_was_made_from_changes(lib, tmp_path):
    path = tmp_path / "build/vendor.stamp"
    assert not lib.stamps.Stamp(path, "one").fresh

    lib.stamps.Stamp(path, "one").write()

    assert lib.stamps.Stamp(path, "one").fresh
    assert not lib.stamps.Stamp(path, "two").fresh


def test_secrets_are_made_once_and_readable_by_their_owner_only(lib, var):
    made = lib.environment.secrets_of(var)

    assert made == lib.environment.secrets_of(var)
    assert made.keys() == lib.environment.MADE.keys()
    assert len(set(made.values())) == len(made)
    assert (var / "env").stat().st_mode & 0o777 == 0o600


def test_a_secret_that_is_new_is_added_and_the_others_stay(lib, var):
    (var / "env").write_text("SECRET_KEY=mine=\n")

    made = lib.environment.secrets_of(var)

    assert made["SECRET_KEY"] == "mine="
    assert made == lib.environment.secrets_of(var)


def test_who_sets_a_variable_wins_but_not_over_the_engines(lib, var, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "from outside")
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere/0")

    env = lib.environment.environment(var, {"REDIS_URL": "redis://127.0.0.1:6379/0"})

    assert env["SECRET_KEY"] == "from outside"
    assert env["REDIS_URL"] == "redis://127.0.0.1:6379/0"
    assert env["HAINA_VAR"] == str(var)


def test_what_is_private_in_var_belongs_to_its_owner(lib, var):
    for private in ("run", "log", "files"):
        assert (var / private).stat().st_mode & 0o777 == 0o700


def test_a_taken_port_moves_to_the_next_free_one(lib):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with lib.ports.listen_on(port) as listener:
            assert listener.getsockname()[1] > port
            assert lib.ports.answers(listener.getsockname()[1])


def test_nobody_answers_on_a_free_port(lib):
    assert not lib.ports.answers(lib.ports.free_port())


@pytest.fixture
def sleeper(lib, var):
    daemon = lib.processes.Daemon("sleeper", var)
    daemon.start([sys.executable, "-c", "import time; time.sleep(60)"], port=7)
    yield daemon
    daemon.stop(signal.SIGKILL)


def test_a_process_is_found_by_its_record_and_gone_when_it_ends(lib, var, sleeper):
    other = lib.processes.Daemon("sleeper", var)
    assert other.alive
    assert other.facts == {"pid": sleeper.process.pid, "port": 7}

    sleeper.stop()

    assert not other.alive


def test_a_process_is_not_started_beside_one_that_is_still_there(lib, var, sleeper):
    with pytest.raises(lib.steps.Stop, match="sleeper of an earlier start is still there"):
        lib.processes.Daemon("sleeper", var).start(["true"])


def test_a_record_that_nobody_holds_is_no_process(lib, var):
    (var / "run/gone").write_text(json.dumps({"pid": os.getpid(), "port": 0}))
    gone = lib.processes.Daemon("gone", var)

    gone.ask()  # would end this very process

    assert not gone.alive


def test_errors_of_a_log_are_told_once(lib, var):
    daemon = lib.processes.Daemon("web", var)
    daemon.log.write_text("INFO fine\nERROR one\nan ERROR")
    assert daemon.new_errors() == ["ERROR one\n"]

    with daemon.log.open("a") as log:
        log.write(" two\n")

    assert daemon.new_errors() == ["an ERROR two\n"]


def test_only_one_may_run_and_the_other_is_told_where(lib, var):
    with lib.start.only_one(var) as note:
        note("http://127.0.0.1:8000/")
        told = pytest.raises(lib.steps.Stop, match="already up here: http://127.0.0.1:8000/")
        with told, lib.start.only_one(var):
            pass

    with lib.start.only_one(var):
        pass


def test_what_a_failed_step_printed_is_shown(lib):
    with pytest.raises(lib.steps.Stop, match="(?s)building failed.*the reason"):
        lib.steps.run(["sh", "-c", "echo the reason; exit 3"], "building")


INTERRUPTED = """
import os, signal, sys
sys.path.insert(0, sys.argv[1])
import interrupts
interrupts.listen()
try:
    with interrupts.deferred():
        os.kill(os.getpid(), signal.SIGTERM)
        print("cleaned up", flush=True)
except interrupts.Interrupted as interrupted:
    print(interrupted.number)
"""


def test_a_signal_waits_until_the_cleaning_up_is_done(lib):
    folder = Path(lib.interrupts.__file__).parent

    told = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, folder], capture_output=True, text=True, check=True
    )

    assert told.stdout.split("\n")[:2] == ["cleaned up", str(int(signal.SIGTERM))]


ORPHANED = """
import os, subprocess, sys
sys.path.insert(0, sys.argv[1])
import orphans
if len(sys.argv) == 2:
    orphans.adopt()
start = "sleep 600 > /dev/null 2>&1 & echo $!"
pid = int(subprocess.run(["sh", "-c", start], capture_output=True, check=True).stdout)
orphans.end_adopted()
try:
    os.kill(pid, 0)
    print("still there")
    os.kill(pid, 9)
except ProcessLookupError:
    print("gone")
"""


@pytest.mark.parametrize(("more", "told"), [([], "gone"), (["unadopted"], "still there")])
def test_what_lost_its_parent_ends_with_the_run(lib, more, told):
    folder = Path(lib.interrupts.__file__).parent
    command = [sys.executable, "-c", ORPHANED, folder, *more]

    ended = subprocess.run(command, capture_output=True, text=True, check=True)

    assert ended.stdout == f"{told}\n"
