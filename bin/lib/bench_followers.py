"""All followers of an account from the sandbox: the product's own time without WeChat's."""

from bench_lab import Lab
from bench_report import Report


def measure(lab: Lab, report: Report) -> None:
    followers = 10_000 if lab.quick else 100_000
    with lab.database() as database:
        candidates = {"sync": lambda: lab.ours("following", followers, database=database)}
        found = lab.compare(candidates, report)["sync"]
    each = found["own seconds"] * 1000 / followers
    report.at_most(f"first pass, {followers:,} followers: own ms for each", each, 0.3)
    report.at_most("first pass: memory added, MB", found["added MB"], 40)
    report.at_most("second pass: rows written", found["written again"], 0)
