"""What people and beat wait for in a large installation: each page for another community each time,
chosen by chance, so that its rows are not those that were just read.

python -m tests.bench.scale_ask pages|sweeps
"""

import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import django

from tests.bench.measure import tell

TIMES = 30
FRAGMENT = {"HX-Request": "true"}
TICKS = os.sysconf("SC_CLK_TCK")


def pages() -> None:
    from tests.bench import cast

    browser, chance = cast.browser(), random.Random(2026)
    communities = list(cast.community().account.communities.values_list("pk", flat=True))
    database = backend()
    taken: dict[str, list[tuple[float, float]]] = {}
    for turn in range(TIMES + 1):
        for name, address, headers in asked(chance.choice(communities), chance):
            cost = costs(partial(browser.get, address, headers=headers), database)
            if turn:  # the first opens connections and compiles templates
                taken.setdefault(name, []).append(cost)
    tell(told(taken))


def asked(community: int, chance: random.Random) -> Iterator[tuple[str, str, dict]]:
    from django.urls import reverse

    from communities.models import BuildingNode
    from residents.models import Resident
    from tests.bench import cast

    def at(name: str, *which: int) -> str:
        return reverse(name, args=[cast.SLUG, *which])

    here = f"{at('residents:list')}?community={community}"
    block = BuildingNode.objects.filter(community=community, level=1).earliest("lft").pk
    resident = Resident.objects.filter(community=community).order_by("-pk")[chance.randrange(900)]
    last4, tree = resident.phone_last4, FRAGMENT | {"HX-Target": "tree"}
    yield "list", here, FRAGMENT
    yield "list, the tenth page", f"{here}&page=10", FRAGMENT
    yield "search by last four", f"{here}&q={last4}", FRAGMENT
    yield "search by name", f"{here}&q={resident.name}", FRAGMENT
    yield "one node", f"{here}&node={block}", FRAGMENT
    yield "head counts", here, tree
    yield "whole page", here, {}
    yield "one resident with history", at("residents:show", resident.pk), {}
    yield "房态图 of a building", at("residents:building_map", block), {}
    yield "room", at("residents:room", resident.room_id), {}
    yield "小区楼栋信息", at("communities:list"), {}
    yield "概览", at("overview:overview"), {}
    yield "认证审核", at("residents:applications"), {}
    yield "search of the account by name", f"{at('search:show')}?q={resident.name}", {}
    yield "search of the account by last four", f"{at('search:show')}?q={last4}", {}
    yield "操作记录", at("trail:list"), {}


def sweeps() -> None:
    from haina.jobs import tasks as jobs
    from reminders import tasks as reminders
    from residents import tasks as residents

    work = {
        "find waiting jobs": jobs.sweep,
        "end leases": residents.end_leases,
        "empty the recycle bins": residents.empty_bins,
        "forget old applications": residents.forget_applications,
        "remind once more": reminders.escalate,
    }
    database = backend()
    tell({f"{name}, work ms": costs(task, database)[1] for name, task in work.items()})


def backend() -> Path:
    """What the system knows of the database's process that serves this one."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return Path(f"/proc/{cursor.fetchone()[0]}/stat")


def costs(act: Callable, database: Path) -> tuple[float, float]:
    """Milliseconds by the clock, and of both processes' work: others on the machine do not lengthen
    that. The database's is told in steps of 10 ms, so only the mean of many means something."""
    clock, work = time.perf_counter(), worked(database)
    answer = act()
    cost = time.perf_counter() - clock, worked(database) - work
    assert getattr(answer, "status_code", 200) == 200, answer
    return cost[0] * 1000, cost[1] * 1000


def worked(database: Path) -> float:
    fields = database.read_text().rpartition(")")[2].split()
    return time.process_time() + (int(fields[11]) + int(fields[12])) / TICKS


def told(taken: dict[str, list[tuple[float, float]]]) -> dict[str, float]:
    found = {}
    for name, costs_of_page in taken.items():
        clock, work = zip(*costs_of_page, strict=True)
        found[f"{name}, work ms"] = statistics.mean(work)
        found[f"{name}, p50 ms"] = statistics.median(clock)
        found[f"{name}, p95 ms"] = statistics.quantiles(clock, n=20)[-1]
    return found


if __name__ == "__main__":
    django.setup()
    {"pages": pages, "sweeps": sweeps}[sys.argv[1]]()
