"""A machine without Docker that runs the commands of Dockerfile and compose.yaml.

Hosts of compose's network are ports of the loopback here, and folders of the image are folders of
this machine; the rest of each command stands as it is written. What root has built nobody runs: it
can read it and write to the volume only.
"""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
from pathlib import Path

from tests.architecture.sources import ROOT
from tests.deploy import recipe
from tests.jobs.processes import free_port

PORTS = {"postgres": 5432, "redis": 6379, "web": 8000}
OF_DOWNLOADS = ("PIP_", "NODE_EXTRA_", "HTTP", "http", "NO_PROXY", "no_proxy", "SSL_")


def nobody() -> dict:
    """For root: as whom the processes run. Anybody else runs them as themselves."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam("nobody")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


class Machine:
    def __init__(self, folder: Path, programs: dict[str, Path], settings: dict[str, str]) -> None:
        self.folder, self.programs, self.settings = folder, programs, settings
        self.app, self.files = folder / "app", folder / "files"
        self.ports = {name: free_port() for name in PORTS}
        self.running: dict[str, subprocess.Popen] = {}
        self.app.mkdir()
        for private in (folder, self.files):
            private.mkdir(mode=0o700, exist_ok=True)
            self.give_away(private)

    def give_away(self, path: Path) -> None:
        """To whoever runs the processes."""
        if who := nobody():
            os.chown(path, who["user"], who["group"])

    def here(self, text: str) -> str:
        """What the word of compose's network and of the image means on this machine."""
        for name, port in PORTS.items():
            for host in (name, "127.0.0.1", "0.0.0.0"):  # noqa: S104 - looked for, not listened on
                there = f"127.0.0.1:{self.ports[name]}"
                text = text.replace(f"{host}:{port}", there)
        for inside, outside in (("/app", self.app), ("/var/lib/haina", self.files)):
            if text.startswith(inside):
                text = f"{outside}{text.removeprefix(inside)}"
        return text

    def copy_sources(self) -> None:
        """COPY, of what is committed or about to be. The front-end assets come along, if they are
        there: making them is what bin/test began with."""
        listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
        names = subprocess.check_output(listed, cwd=ROOT, text=True).splitlines()
        for path in map(Path, names):
            if (ROOT / path).is_file() and not recipe.ignored(path):
                (self.app / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / path, self.app / path)
        if (ROOT / "build/vendor.stamp").exists():
            shutil.copytree(ROOT / "build/vendor", self.app / "build/vendor")
            shutil.copy(ROOT / "build/vendor.stamp", self.app / "build")

    def build(self) -> None:
        """RUN of the stage that builds."""
        name, *arguments = recipe.words(recipe.arguments_of("RUN")[0])
        assert name == "python"
        env = {name: value for name, value in os.environ.items() if name.startswith(OF_DOWNLOADS)}
        env |= {"PATH": os.defpath, "HOME": str(self.folder)}
        self.finish([str(self.programs["python"]), *arguments], env, who={})

    def environment(self, service: dict) -> dict[str, str]:
        """As Docker makes it up: the image's, then env_file, then environment."""
        told = recipe.environment_of_image()
        told["PATH"] = f"{self.here('/app')}/.venv/bin:/usr/bin:/bin"
        told |= self.settings if "env_file" in service else {}
        told |= service.get("environment", {})
        return {name: self.here(str(value)) for name, value in told.items()}

    def words(self, command: list[str]) -> list[str]:
        return [self.here(word) for word in command]

    def finish(self, command: list[str], env: dict[str, str], *, who: dict | None = None) -> str:
        """Run a command to its end; its output."""
        ended = subprocess.run(
            self.words(command),
            env=env,
            cwd=self.app,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            **(nobody() if who is None else who),
        )
        assert ended.returncode == 0, f"{command} ended with {ended.returncode}\n{ended.stdout}"
        return ended.stdout

    def run(self, service: dict, command: list[str] | None = None) -> str:
        """A command in a container of this service: its own, unless another is given."""
        return self.finish(command or recipe.command_of(service), self.environment(service))

    def start(self, name: str, command: list[str], env: dict[str, str]) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                self.words(command),
                env=env,
                cwd=self.app,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **nobody(),
            )

    def is_well(self, service: dict) -> bool:
        """The health check of a service."""
        env = self.environment(service) | {"PGPORT": str(self.ports["postgres"])}
        env["PATH"] += f":{self.programs['postgres']}"
        command = self.words(recipe.probe_of(service))
        ended = subprocess.run(command, env=env, cwd=self.app, check=False, **nobody())
        return ended.returncode == 0

    def stop(self, name: str, seconds: float, politely: int = signal.SIGTERM) -> int:
        """As `docker stop` does it, but it has to end by itself; how it ended."""
        process = self.running.pop(name)
        process.send_signal(politely)
        try:
            return process.wait(seconds)
        finally:
            kill(process)

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def remove(self) -> None:
        for process in self.running.values():
            kill(process)
        shutil.rmtree(self.folder, ignore_errors=True)


def kill(process: subprocess.Popen) -> None:
    """Everything that it has started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
