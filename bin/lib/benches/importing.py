"""The whole import job against django-import-export and against merely reading the sheet."""

from benches.lab import Lab
from benches.report import Report

# Rows, rooms of the tree, and how many times as fast as the peer that builds a tree.
SIZES = [(10_000, 10_000, 50), (100_000, 40_000, 40)]
LARGEST = (370_000, 40_000)  # 20 MB


def measure(lab: Lab, report: Report) -> None:
    for rows, rooms, times in SIZES[:1] if lab.quick else SIZES:
        measure_one(lab, report, rows, rooms, times)
    if not lab.quick:
        largest = {"20 MB, import": lambda: imported(lab, *LARGEST, again=False)}
        (found,) = lab.compare(largest, report, once=tuple(largest)).values()
        report.at_most("20 MB, worker and child, peak MB", found["peak MB"], 600)


def measure_one(lab: Lab, report: Report, rows: int, rooms: int, times: float) -> None:
    name = f"{rows:,}"
    candidates = {
        f"{name}, import": lambda: imported(lab, rows, rooms),
        f"{name}, openpyxl reads": lambda: read(lab, rows, rooms),
        f"{name}, peer flat, bulk": lambda: peer(lab, "flat", rows, rooms),
        f"{name}, peer tree": lambda: peer(lab, "tree", rows, rooms),
    }
    slow = (f"{name}, peer tree",) if rows > SIZES[0][0] else ()  # takes minutes
    ours, bare, flat, tree = lab.compare(candidates, report, once=slow).values()

    seconds = ours["seconds"]
    report.at_least(f"{name}, peer tree / import", tree["seconds"] / seconds, times)
    if rows == SIZES[0][0]:
        return
    report.at_least(f"{name}, peer flat, bulk / import", flat["seconds"] / seconds, 1.5)
    report.at_most(f"{name}, import / openpyxl reads", seconds / bare["seconds"], 1.6)
    report.at_most(f"{name}, worker and child, peak MB", ours["peak MB"], 350)
    again = ours["again, seconds"] / seconds
    report.at_most(f"{name}, the same file again / import", again, 0.8)


def imported(lab: Lab, rows: int, rooms: int, *, again: bool = True) -> dict:
    """The job as a worker runs it, in a process that did not take the upload."""
    file = lab.file(rows, rooms)
    with lab.database() as database:
        job = lab.ours("importing", "upload", file, database=database)["job"]
        found = lab.ours("importing", "work", job, database=database)
        if again:
            job = lab.ours("importing", "upload", file, database=database)["job"]
            second = lab.ours("importing", "work", job, database=database)
            found |= {f"again, {name}": second[name] for name in ("seconds", "peak MB")}
    return found


def read(lab: Lab, rows: int, rooms: int) -> dict:
    return lab.ours("reading", lab.file(rows, rooms), database=lab.template)


def peer(lab: Lab, shape: str, rows: int, rooms: int) -> dict:
    with lab.database() as database:
        return lab.peer("importing", shape, lab.file(rows, rooms), database=database)
