"""bin/bench NAME: measure the product beside others, on engines of their own, and judge the goals;
`all` is each bench after the other.

--json ends each with one line for machines; --once measures each candidate once instead of the
median of three; --quick takes the small sizes only.
"""

import argparse
import sys

from benches import exporting, followers, importing, lists, reminders, scale, staff
from benches.lab import Lab
from benches.report import Report
from packages import install_peers
from scratch import scratch_environment, scratch_var
from setup import set_up
from steps import begin

BENCHES = {
    "import": importing,
    "export": exporting,
    "lists": lists,
    "followers": followers,
    "staff": staff,
    "reminders": reminders,
    "scale": scale,
}
ALL = "all"


def main(arguments: list[str]) -> int:
    asked = parsed(arguments)
    with scratch_var() as var:
        set_up(var)
        install_peers()
        with scratch_environment(var) as env:
            rounds = 1 if asked.once or asked.quick else 3
            lab = Lab(env, var, rounds=rounds, quick=asked.quick, communities=asked.communities)
            names = BENCHES if asked.name == ALL else [asked.name]
            reports = [measured(name, lab, asked) for name in names]
    return 0 if all(report.all_hold for report in reports) else 1


def measured(name: str, lab: Lab, asked: argparse.Namespace) -> Report:
    """Run one bench and tell at once what it found: the next may take an hour."""
    report = Report(name)
    BENCHES[name].measure(lab, report)
    sys.stdout.write(f"{name}\n{report.table()}\n")
    if asked.json:
        sys.stdout.write(report.json())
    sys.stdout.flush()
    return report


def parsed(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/bench")
    parser.add_argument("name", choices=[*BENCHES, ALL])
    parser.add_argument("--json", action="store_true", help="end each bench with one line of JSON")
    parser.add_argument("--quick", action="store_true", help="the small sizes, each once")
    parser.add_argument("--once", action="store_true", help="each candidate once")
    parser.add_argument("--communities", type=int, default=1_000, help="of 1,000 people, for scale")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    begin(main)
