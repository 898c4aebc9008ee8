"""Where candidates are measured: each in a process of its own, in a database made for it."""

import contextlib
import json
import statistics
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from benches.report import Report
from packages import PEERS, PYTHON
from steps import ROOT, run, say

PEER_SETTINGS = {"DJANGO_SETTINGS_MODULE": "tests.bench.peer.settings"}


class Lab:
    def __init__(
        self, env: Mapping[str, str], var: Path, *, rounds: int, quick: bool, communities: int
    ) -> None:
        self.env, self.var, self.rounds, self.quick = env, var, rounds, quick
        self.communities = communities  # how large benches.scale makes it
        self.made = 0
        self.template = self.new_database("template0")
        self.manage("migrate", database=self.template)

    def ours(self, module: str, *arguments, database: str) -> dict:
        """What a program of tests/bench measured, in the product's environment."""
        return self.ask(PYTHON, module, arguments, database, {})

    def peer(self, module: str, *arguments, database: str) -> dict:
        return self.ask(PEERS / "bin/python", f"peer.{module}", arguments, database, PEER_SETTINGS)

    def ask(self, python: Path, module: str, arguments, database: str, more: dict) -> dict:
        began = time.monotonic()
        command = [python, "-W", "ignore", "-m", f"tests.bench.{module}", *arguments]
        env = {**self.env, **more, "DATABASE_URL": self.address(database), "PYTHONPATH": str(ROOT)}
        output = run(command, f"the bench {module}", env=env)
        told = " ".join(str(argument) for argument in arguments)
        say(f"{module} {told}: {time.monotonic() - began:.1f} s with its start")
        return json.loads(output.splitlines()[-1])

    def manage(self, *arguments: str, database: str) -> None:
        env = {**self.env, "DATABASE_URL": self.address(database)}
        run([PYTHON, "manage.py", *arguments], arguments[0], env=env)

    def address(self, database: str) -> str:
        return urlunsplit(urlsplit(self.env["DATABASE_URL"])._replace(path=f"/{database}"))

    def new_database(self, template: str) -> str:
        self.made += 1
        name = f"bench_{self.made}"
        self.engine("create", name, template)
        return name

    @contextlib.contextmanager
    def database(self):
        """A migrated database without a row."""
        name = self.new_database(self.template)
        try:
            yield name
        finally:
            self.engine("drop", name)

    def engine(self, *arguments: str) -> None:
        command = [PYTHON, "-m", "tests.bench.database", *arguments]
        run(command, f"{arguments[0]} database", env=self.env)

    def file(self, rows: int, rooms: int) -> Path:
        """A workbook of residents, the same one for everybody."""
        path = self.var / f"{rows}.xlsx"
        if not path.exists():
            run([PYTHON, "-m", "tests.bench.workbook", path, rows, rooms], "writing a workbook")
        return path

    def compare(
        self,
        candidates: Mapping[str, Callable[[], Mapping[str, float]]],
        report: Report,
        *,
        once: tuple[str, ...] = (),
    ) -> dict[str, dict[str, float]]:
        """Let the candidates take turns, round after round; the medians of all that each measured.
        Those of `once` run in the first round only."""
        found: dict[str, list[Mapping[str, float]]] = {name: [] for name in candidates}
        for turn in range(self.rounds):
            for name, candidate in candidates.items():
                if turn == 0 or name not in once:
                    found[name].append(candidate())
        return {name: medians(name, runs, report) for name, runs in found.items()}


def medians(name: str, runs: list[Mapping[str, float]], report: Report) -> dict[str, float]:
    return {
        key: report.figure(
            f"{name}: {key}", statistics.median(r[key] for r in runs), runs=len(runs)
        )
        for key in runs[0]
    }
