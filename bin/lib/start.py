"""bin/run: the whole product on one machine, until Ctrl-C."""

import contextlib
import fcntl
import os
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import interrupts
from engines import Engines
from environment import chosen_var, environment
from packages import PYTHON
from ports import listen_on
from processes import Daemon
from setup import set_up
from steps import ROOT, Stop, begin, run, say

# One process for both, since starting Django takes longer than either when nothing is to be done.
PREPARE = """
import django
from django.core.management import call_command

django.setup()
call_command("migrate", interactive=False, verbosity=0)
call_command("load_demo")
"""
# The path only: a query string can hold a name or a phone number.
ACCESS_LOG = "%(t)s %(h)s %(m)s %(U)s %(s)s %(b)s %(L)s"
SECONDS = 60


def main(arguments: list[str]) -> int:
    var = chosen_var()
    with only_one(var) as note:
        product = Product(var)
        product.stop()  # what a killed bin/run left behind
        set_up(var)
        engines = Engines(var)
        with engines.up() as addresses:
            env = environment(var, addresses)
            welcome = run([PYTHON, "-c", PREPARE], "preparing the database", env=env)
            try:
                address = product.start(env)
                note(address)
                sys.stdout.write(f"ready {address}\n{welcome}")
                sys.stdout.flush()
                return stay(product, engines)
            finally:
                with interrupts.deferred():
                    product.stop()


@contextlib.contextmanager
def only_one(var: Path):
    """One bin/run per installation: two timetables would do everything twice."""
    with (var / "run/address").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise Stop(f"bin/run is already up here: {file.read() or 'it is starting'}") from None
        file.truncate(0)
        yield lambda address: (file.write(address), file.flush())
        file.truncate(0)


class Product:
    """The web server, the worker of the jobs, and beat with its timetable."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.web, self.worker, self.beat = (Daemon(name, var) for name in ("web", "worker", "beat"))
        self.daemons = [self.web, self.worker, self.beat]

    def start(self, env: dict) -> str:
        with listener() as socket:
            port, number = socket.getsockname()[1], socket.fileno()
            where = {"cwd": ROOT, "env": env}
            self.web.start([PYTHON, *web_options(number)], pass_fds=(number,), **where)
        self.worker.start([PYTHON, *worker_options()], **where)
        self.beat.start([PYTHON, *beat_options(self.var)], **where)
        self.wait_for_answer(f"http://127.0.0.1:{port}/healthz")
        return f"http://127.0.0.1:{port}/"

    def wait_for_answer(self, address: str) -> None:
        deadline = time.monotonic() + SECONDS
        while not answers(address):
            self.watch()
            if time.monotonic() > deadline:
                raise Stop(f"{address} gives no answer, see {self.web.log}")
            time.sleep(0.05)

    def watch(self) -> None:
        """Show new errors on the terminal; fail when one of the three has ended."""
        for daemon in self.daemons:
            for line in daemon.new_errors():
                say(f"{daemon.name}: {line.rstrip()}")
            if not daemon.running:
                raise daemon.failure()

    def stop(self) -> None:
        for daemon in reversed(self.daemons):
            daemon.stop()


def web_options(socket: int) -> list[str]:
    options = ["--workers=2", "--threads=4", "--preload", "--graceful-timeout=8"]
    logs = ["--access-logfile=-", f"--access-logformat={ACCESS_LOG}", "--no-control-socket"]
    return ["-m", "gunicorn", "haina.wsgi:application", f"--bind=fd://{socket}", *options, *logs]


def worker_options() -> list[str]:
    alone = ["--without-gossip", "--without-mingle"]  # no other worker to wait for
    return ["-m", "celery", "-A", "haina", "worker", "--concurrency=2", "--loglevel=INFO", *alone]


def beat_options(var: Path) -> list[str]:
    schedule = f"--schedule={var / 'run/beat-schedule'}"
    return ["-m", "celery", "-A", "haina", "beat", schedule, "--loglevel=INFO"]


def listener():
    wanted = os.environ.get("PORT") or "8000"
    if not wanted.isdecimal() or not 0 < int(wanted) < 65536:
        raise Stop(f"PORT must be a number from 1 to 65535, not {wanted}")
    socket = listen_on(int(wanted))
    if (port := socket.getsockname()[1]) != int(wanted):
        say(f"port {wanted} is taken, so it is {port}")
    return socket


def answers(address: str) -> bool:
    """Does the web server answer, whatever it says?"""
    try:
        urllib.request.urlopen(address, timeout=SECONDS).close()  # noqa: S310 - always http://127.0.0.1
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def stay(product: Product, engines: Engines) -> int:
    """Until somebody ends it, which is no failure, or one of the processes ends by itself."""
    try:
        while True:
            product.watch()
            engines.watch()
            time.sleep(0.5)
    except interrupts.Interrupted:
        say("stopping")
        return 0


if __name__ == "__main__":
    begin(main)
