"""All staff of a corp from the sandbox: the product's own time without WeCom's, and its memory."""

from functools import partial

from benches.lab import Lab
from benches.report import Report

FEW, MANY, DEPARTMENTS = 1_400, 14_000, 600


def measure(lab: Lab, report: Report) -> None:
    people = MANY // 10 if lab.quick else MANY
    sizes = {f"{number:,} employees": number for number in (FEW, people)}
    with lab.database() as database:
        candidates = {
            name: partial(lab.ours, "mirroring", number, DEPARTMENTS, database=database)
            for name, number in sizes.items()
        }
        found = lab.compare(candidates, report)
    few, all_of_them = found[f"{FEW:,} employees"], found[f"{people:,} employees"]
    each = all_of_them["own seconds"] * 1000 / people
    report.at_most(f"first pass, {people:,} employees: own ms for each", each, 0.5)
    report.at_most("first pass: memory added, MB", all_of_them["added MB"], 40)
    report.at_most("second pass: rows written", all_of_them["written again"], 0)
    report.at_most("the same of few", few["written again"], 0)
