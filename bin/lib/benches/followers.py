"""All followers of an account from the sandbox: the product's own time without WeChat's. And the
list of a million followers beside that of a thousand."""

from functools import partial

from benches.lab import Lab
from benches.report import Report

# Those that show as much in both accounts, and whose numbers are not counted far.
PAGES = ("list", "a page in the middle", "a tag", "search that finds one", "news")
FEW, MANY = 1_000, 1_000_000


def measure(lab: Lab, report: Report) -> None:
    measure_pass(lab, report)
    measure_list(lab, report, FEW, MANY // 10 if lab.quick else MANY)


def measure_list(lab: Lab, report: Report, few: int, many: int) -> None:
    with lab.database() as small, lab.database() as big:
        candidates = {}
        for number, database in ((few, small), (many, big)):
            lab.ours("followers_list", "fill", number, database=database)
            candidates[f"{number:,} followers"] = partial(
                lab.ours, "followers_list", "ask", database=database
            )
        one, all_of_them = lab.compare(candidates, report).values()
    for page in PAGES:
        ratio = all_of_them[f"{page}, ms"] / one[f"{page}, ms"]
        report.at_most(f"{page}: {many:,} / {few:,} followers", ratio, 1.3)


def measure_pass(lab: Lab, report: Report) -> None:
    followers = 10_000 if lab.quick else 100_000
    with lab.database() as database:
        candidates = {"sync": lambda: lab.ours("following", followers, database=database)}
        found = lab.compare(candidates, report)["sync"]
    each = found["own seconds"] * 1000 / followers
    report.at_most(f"first pass, {followers:,} followers: own ms for each", each, 0.3)
    report.at_most("first pass: memory added, MB", found["added MB"], 40)
    report.at_most("second pass: rows written", found["written again"], 0)
