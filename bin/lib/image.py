"""What the container image holds: the packages of production, translations, assets, static files.
Dockerfile runs it; on a machine of one's own it makes a clone ready for production as well."""

import tempfile
from pathlib import Path

from setup import set_up
from steps import ROOT, begin

LOCK = ROOT / "requirements/sentry.txt"  # those of production, and what SENTRY_DSN needs


def main(arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory() as var:  # its secrets are for nothing else
        set_up(Path(var), lock=LOCK)
    return 0


if __name__ == "__main__":
    begin(main)
