"""From handing in an application to the template message in the sandbox's inbox."""

from benches.lab import Lab
from benches.report import Report


def measure(lab: Lab, report: Report) -> None:
    rows, rooms = (10_000, 10_000) if lab.quick else (100_000, 40_000)
    with lab.database() as database, lab.database() as other:
        candidates = {
            "idle": lambda: lab.ours("reminding", database=database),
            "importing": lambda: lab.ours("reminding", lab.file(rows, rooms), database=other),
        }
        idle, busy = lab.compare(candidates, report, once=tuple(candidates)).values()
    report.at_most("queue idle: submit to inbox, p95 in s", idle["p95, s"], 2)
    name = f"an import of {rows:,} rows running: submit to inbox, p95 in s"
    report.at_most(name, busy["p95, s"], 5)
