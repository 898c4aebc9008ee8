"""Pages, one import and the sweeps of a large installation: bin/bench scale --communities N.

What is judged is work, the CPU time of both processes: others on the machine do not lengthen it.
"""

from benches.lab import Lab
from benches.report import Report

EACH = 1_000  # residents of a community
OF_THE_ACCOUNT = ("概览", "whole page")  # which has a thousand communities
OF_A_COMMUNITY = (
    "list",
    "search by last four",
    "search by name",
    "one node",
    "head counts",
    "room",
)


def measure(lab: Lab, report: Report) -> None:
    many = 20 if lab.quick else lab.communities
    with lab.database() as one, lab.database() as big:
        lab.ours("scale_fill", 1, EACH, database=one)
        found = {"fill": lab.ours("scale_fill", many, EACH, database=big)}
        found |= {
            "one community": lab.ours("scale_ask", "pages", database=one),
            f"{many:,} communities": lab.ours("scale_ask", "pages", database=big),
            "beat": lab.ours("scale_ask", "sweeps", database=big),
        }
        # Half of them are there already, in the same rooms.
        file = lab.file(2 * EACH, 2 * EACH * 2 // 5)
        job = lab.ours("importing", "upload", file, database=big)["job"]
        found["import"] = lab.ours("importing", "work", job, database=big)
    for place, figures in found.items():
        for name, value in figures.items():
            report.figure(f"{place}: {name}", value, runs=1)
    small, large = found["one community"], found[f"{many:,} communities"]
    for page in OF_A_COMMUNITY:
        ratio = large[f"{page}, work ms"] / small[f"{page}, work ms"]
        report.at_most(f"{page}: work in {many:,} communities / in one", ratio, 2)
    for page in OF_THE_ACCOUNT:
        report.at_most(f"{page}: work, ms", large[f"{page}, work ms"], 300)
