"""How our management commands answer: 0 done, 1 refused or problems found, 2 wrong usage.

With --json standard output is exactly one JSON object, also for a refusal.
"""

import json
import sys
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError


class Refused(CommandError):
    """The command did nothing, or found problems; `details` go into the JSON object."""

    def __init__(self, message: str, /, **details) -> None:
        super().__init__(message, returncode=1)
        self.details = details


class AnsweringCommand(BaseCommand, ABC):
    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args, **options):
        try:
            answer = self.answer(**options)
        except Refused as refusal:
            if not options["json"]:
                raise
            self.print_json({"error": str(refusal), **refusal.details})
            sys.exit(refusal.returncode)
        if options["json"]:
            self.print_json(answer)
        else:
            self.stdout.write(self.told(answer))

    def print_json(self, answer: dict) -> None:
        self.stdout.write(json.dumps(answer, ensure_ascii=False, default=str))

    @abstractmethod
    def answer(self, **options) -> dict:
        """Do it, and tell as JSON what came of it. Raises Refused."""

    @abstractmethod
    def told(self, answer: dict) -> str:
        """The same for people."""


@contextmanager
def whole_file(out: Path) -> Iterator[Path]:
    """A path to write to, which becomes `out` at the end: it is replaced whole or not at all."""
    try:
        with tempfile.TemporaryDirectory(prefix=".haina-", dir=out.parent) as folder:
            path = Path(folder) / "draft.xlsx"
            yield path
            path.replace(out)
    except OSError as error:
        raise Refused(f"cannot write {out}: {error.strerror}") from None
