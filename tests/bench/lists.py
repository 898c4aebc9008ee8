"""Pages of the console, asked for by a browser: python -m tests.bench.lists fill|ask."""

import sys
import time

import django

from tests.bench.measure import tell

TIMES = 30  # of which the fastest counts: what other processes take is no property of a page
RESIDENTS = "residents_resident"
TABLES = {  # what is copied for each further community, and the columns that tell them apart
    "communities_community": {"id", "name", "name_key"},
    "communities_buildingnode": {"id", "community_id", "tree_id", "parent_id"},
    RESIDENTS: {"id", "community_id", "room_id"},
}
STEP = 1_000_000


def fill(communities: str, residents: str) -> None:
    from django.db import connection

    settle(int(residents))
    with connection.cursor() as cursor:
        # No page looks at the history of a million copies, which would only take time.
        cursor.execute(f"ALTER TABLE {RESIDENTS} DISABLE TRIGGER USER")
        for table, own in TABLES.items():
            cursor.execute(multiply(cursor, table, own), [int(communities) - 1])
        cursor.execute(f"ALTER TABLE {RESIDENTS} ENABLE TRIGGER USER")
        cursor.execute("VACUUM ANALYZE")
    tell({})


def settle(residents: int, *, numbered: bool = False) -> None:
    """The first community with its tree and residents, with their ID numbers or without."""
    from django.utils import timezone

    from communities import tree
    from haina.accounts.audit import Actor
    from haina.imports.cells import GENDERS
    from residents.imports.columns import IDENTITIES
    from residents.models import Resident
    from tests.bench import cast
    from tests.bench.people import people

    community = cast.community()
    rows = list(people(residents, min(residents * 2 // 5, 10_000)))
    paths = dict.fromkeys(row[7:] for row in rows)
    by = Actor.of(cast.creator())
    rooms = tree.grow(community, paths, by=by, now=timezone.now())
    settled = []
    for name, gender, identity, lease_end, phone, id_number, _community, *path in rows:
        resident = Resident(
            community=community,
            room_id=rooms[tuple(path)],
            name=name,
            gender=GENDERS[gender],
            identity=IDENTITIES[identity],
            lease_ends_on=lease_end or None,
            phone=f"+86{phone}",
            id_number=id_number if numbered else "",
        )
        resident.derive()
        settled.append(resident)
    Resident.objects.bulk_create(settled, batch_size=5000)


def multiply(cursor, table: str, own: set[str]) -> str:
    """The statement that copies all rows of a table, under other numbers and names."""
    cursor.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s"
        " AND is_generated = 'NEVER'",
        [table],
    )
    values = {name: other(name, kind, own) for name, kind in cursor.fetchall()}
    names = ", ".join(f'"{name}"' for name in values)
    return (
        f"INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE"  # noqa: S608 - our own names
        f" SELECT {', '.join(values.values())} FROM {table}, generate_series(1, %s) k"
    )


def other(name: str, kind: str, own: set[str]) -> str:
    if name == "public_id":
        return "replace(gen_random_uuid()::text, '-', '')"
    if name not in own:
        return f'"{name}"'
    return f'"{name}" + k * {STEP}' if "int" in kind else f"\"{name}\" || lpad(k::text, 4, '0')"


def ask() -> None:
    from django.urls import reverse

    from communities.models import BuildingNode
    from tests.bench import cast

    community = cast.community()
    block = BuildingNode.objects.filter(community=community, level=1).earliest("lft")
    address = reverse("residents:list", args=[cast.SLUG])
    here = f"{address}?community={community.pk}"
    answer, tree = {"HX-Request": "true"}, {"HX-Request": "true", "HX-Target": "tree"}
    pages = {
        "list": (here, answer),
        "search by last four": (f"{here}&q=0042", answer),
        "search by name": (f"{here}&q=王伟", answer),
        "one node": (f"{here}&node={block.pk}", answer),
        "head counts": (here, tree),
        "whole page": (here, {}),
        "overview": (reverse("overview:overview", args=[cast.SLUG]), {}),
    }
    browser = cast.browser()
    taken = {name: [] for name in pages}
    for _ in range(TIMES):  # in turn, so that a bad moment of the machine is everybody's
        for name, page in pages.items():
            taken[name].append(milliseconds(browser, *page))
    tell({f"{name}, ms": min(times) for name, times in taken.items()})


def milliseconds(browser, address: str, headers: dict[str, str]) -> float:
    began = time.perf_counter()
    answer = browser.get(address, headers=headers)
    taken = (time.perf_counter() - began) * 1000
    assert answer.status_code in (200, 204)
    return taken


if __name__ == "__main__":
    django.setup()
    {"fill": fill, "ask": ask}[sys.argv[1]](*sys.argv[2:])
