"""Pages of the console: with a thousand residents, with a million, and in one large community."""

from benches.lab import Lab
from benches.report import Report

PAGES = ("list", "search by last four", "search by name", "one node", "head counts")
EACH = 1_000


def measure(lab: Lab, report: Report) -> None:
    many, large = (20, 10_000) if lab.quick else (1_000, 100_000)
    with lab.database() as small, lab.database() as big, lab.database() as crowd:
        for database, communities, residents in [
            (small, 1, EACH),
            (big, many, EACH),
            (crowd, 1, large),
        ]:
            lab.ours("lists", "fill", communities, residents, database=database)
        of = {
            f"{EACH:,} in one": small,
            f"{many * EACH:,} in {many:,}": big,
            f"{large:,} in one": crowd,
        }
        candidates = {
            name: lambda database=database: lab.ours("lists", "ask", database=database)
            for name, database in of.items()
        }
        one, all_of_them, crowded = lab.compare(candidates, report).values()
    for page in PAGES:
        ratio = all_of_them[f"{page}, ms"] / one[f"{page}, ms"]
        report.at_most(f"{page}: {many * EACH:,} / {EACH:,} residents", ratio, 1.3)
    ratio = crowded["list, ms"] / one["list, ms"]
    report.at_most(f"list: one community of {large:,} / of {EACH:,}", ratio, 2)
