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
from sandbox import Sandbox
from setup import set_up
from steps import ROOT, Stop, begin, say

# One process prepares the database and then serves, because starting Django takes longer than both.
SERVE = """
import sys
import django
import haina.gunicorn
from django.core.management import call_command
from django.db import connections
from gunicorn.app.wsgiapp import run

django.setup()
call_command("migrate", interactive=False, verbosity=0)
with open(sys.argv.pop(1), "w") as welcome:
    call_command("load_demo", stdout=welcome)
connections.close_all()
sys.exit(run())
"""
# One worker never takes heavy work, so that a large import keeps nobody waiting for a small one.
QUEUES = {"worker": "celery", "heavy": "celery,heavy"}
SECONDS = 300  # the first start migrates and loads the demo data


def main(arguments: list[str]) -> int:
    var = chosen_var()
    with only_one(var) as note:
        product = Product(var)
        product.stop()  # what a killed bin/run left behind
        set_up(var)
        engines = Engines(var)
        with engines.up() as addresses:
            try:
                address = product.start(environment(var, addresses))
                note(address)
                sys.stdout.write(f"ready {address}\n{product.welcome.read_text()}{product.phone}")
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
    """The web server, the workers of the jobs, beat with its timetable, and the sandbox."""

    def __init__(self, var: Path) -> None:
        self.var, self.welcome = var, var / "run/welcome"
        self.web, self.beat = Daemon("web", var), Daemon("beat", var)
        self.workers = {name: Daemon(name, var) for name in QUEUES}
        self.sandbox = Sandbox(var)
        self.daemons = [self.sandbox.daemon, self.web, *self.workers.values(), self.beat]

    def start(self, env: dict) -> str:
        with listener() as socket:
            port, number = socket.getsockname()[1], socket.fileno()
            here = {"HAINA_BASE_URL": f"http://127.0.0.1:{port}"}
            where = {"cwd": ROOT, "env": here | env | self.sandbox.start(port + 1, env)}
            self.web.start(
                [PYTHON, "-c", SERVE, self.welcome, *web_options(number)],
                pass_fds=(number,),
                **where,
            )
        self.wait_for_answer(f"http://127.0.0.1:{port}/healthz")
        for name, worker in self.workers.items():
            worker.start([PYTHON, *worker_options(name)], **where)
        self.beat.start([PYTHON, *beat_options(self.var)], **where)
        self.sandbox.tell_address(f"http://127.0.0.1:{port}/")
        return f"http://127.0.0.1:{port}/"

    @property
    def phone(self) -> str:
        """Where the sandbox is, for whoever signs in."""
        if self.sandbox.daemon.process is None:
            return ""
        return f"WeChat is the sandbox; its phone is at {self.sandbox.url}/\n"

    def wait_for_answer(self, address: str) -> None:
        deadline = time.monotonic() + SECONDS
        while not answers(address):
            self.watch()
            if time.monotonic() > deadline:
                raise Stop(f"{address} gives no answer, see {self.web.log}")
            time.sleep(0.05)

    def watch(self) -> None:
        """Show new errors on the terminal; fail when one of those started has ended."""
        for daemon in self.daemons:
            if daemon.process is None:
                continue
            for line in daemon.new_errors():
                say(f"{daemon.name}: {line.rstrip()}")
            if not daemon.running:
                raise daemon.failure()

    def stop(self) -> None:
        """The sandbox last: until the others have ended they may be asking it something."""
        sandbox, *others = self.daemons
        for group in (others[::-1], [sandbox]):
            for daemon in group:
                daemon.ask()
            for daemon in group:
                daemon.finish()


def web_options(socket: int) -> list[str]:
    config = "--config=python:haina.gunicorn"
    return ["haina.wsgi:application", config, f"--bind=fd://{socket}", "--graceful-timeout=8"]


def worker_options(name: str) -> list[str]:
    alone = ["--without-gossip", "--without-mingle"]  # no other worker to wait for
    command = ["-m", "celery", "-A", "haina", "worker", f"--hostname={name}@%h"]
    return [*command, f"--queues={QUEUES[name]}", "--concurrency=1", "--loglevel=INFO", *alone]


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
        urllib.request.urlopen(address, timeout=10).close()  # noqa: S310 - always http://127.0.0.1
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
