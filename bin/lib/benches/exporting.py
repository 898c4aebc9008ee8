"""The whole export job against django-import-export writing the same rows."""

from benches.lab import Lab
from benches.report import Report

ROWS, ROOMS = 100_000, 40_000
FEW, FEW_ROOMS = 10_000, 10_000


def measure(lab: Lab, report: Report) -> None:
    rows, rooms = (FEW, FEW_ROOMS) if lab.quick else (ROWS, ROOMS)
    file = lab.file(rows, rooms)
    with lab.database() as database:
        job = lab.ours("importing", "upload", file, database=database)["job"]
        lab.ours("importing", "work", job, database=database)
        lab.peer("exporting", "fill", file, database=database)
        candidates = {
            f"{rows:,}, export": lambda: lab.ours("exporting", database=database),
            f"{rows:,}, peer": lambda: lab.peer("exporting", "export", database=database),
        }
        ours, peer = lab.compare(candidates, report).values()
    report.at_least(f"{rows:,}, peer / export", peer["seconds"] / ours["seconds"], 4)
    report.at_most(f"{rows:,}, added peak MB", ours["added MB"], 40)
