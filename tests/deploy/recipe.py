"""Dockerfile and compose.yaml as data."""

import json
import re
import shlex
from pathlib import Path

import yaml

from tests.architecture.sources import ROOT

REQUIRED = re.compile(r"\$\{(\w+):\?\}")


def dockerfile() -> list[tuple[str, str]]:
    """Its instructions with their arguments, in order."""
    lines = (ROOT / "Dockerfile").read_text().replace("\\\n", " ").splitlines()
    told = [line.split(maxsplit=1) for line in lines if line and not line.startswith("#")]
    return [(name, arguments) for name, arguments in told]


def arguments_of(name: str) -> list[str]:
    return [arguments for instruction, arguments in dockerfile() if instruction == name]


def words(command: str | list[str]) -> list[str]:
    """A command in either of the two ways that both files allow."""
    if isinstance(command, list):
        return command
    return json.loads(command) if command.startswith("[") else shlex.split(command)


def environment_of_image() -> dict[str, str]:
    """What the base image sets, and ENV."""
    pairs = (word.split("=", 1) for line in arguments_of("ENV") for word in shlex.split(line))
    return {"LANG": "C.UTF-8", **dict(pairs)}


def ignored(path: Path) -> bool:
    """Does .dockerignore keep this file of ours out of the image?"""
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    names = {line.removeprefix("**/") for line in lines if line and not line.startswith("#")}
    return bool(names & {path.parts[0], path.name})


def compose(passwords: dict[str, str]) -> dict[str, dict]:
    """The services, with the passwords where they are asked for."""
    text = (ROOT / "compose.yaml").read_text()
    return yaml.safe_load(REQUIRED.sub(lambda found: passwords[found[1]], text))["services"]


def asked_for() -> set[str]:
    return set(REQUIRED.findall((ROOT / "compose.yaml").read_text()))


def command_of(service: dict) -> list[str]:
    """What the container runs: its own command, or that of our image."""
    return words(service.get("command") or arguments_of("CMD")[-1])


def probe_of(service: dict) -> list[str]:
    """Its health check, or that of our image."""
    given = service.get("healthcheck", {}).get("test")
    return words(given or arguments_of("HEALTHCHECK")[-1].removeprefix("CMD "))[bool(given) :]
