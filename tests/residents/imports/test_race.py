"""Imports beside people who change the structure, in processes of their own: sound with the lock,
broken without it."""

import random
import traceback
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.db.models import F

from communities.management.commands.check_trees import problems_of
from communities.models import Community
from residents.models import Resident
from tests import make
from tests.communities.builders import build
from tests.processes import in_processes
from tests.residents.imports.workbooks import book, row, upload

PROCESSES = 3
IMPORTS = 4
MOST_ROUNDS = 10


@pytest.fixture
def built(transactional_db):
    community = make.community(make.account("fengniao"))
    for address in ("1 1 101", "2 1 101", "3 2 201"):
        make.node(community, address)
    return community


def act(community_and_seed) -> list[str]:
    """The first of the processes imports, the others add, rename and delete."""
    pk, seed = community_and_seed
    if seed % PROCESSES:
        return build(community_and_seed)
    community = Community.objects.select_related("account").get(pk=pk)
    dice = random.Random(seed)
    return [fault for number in range(IMPORTS) if (fault := import_some(community, dice, number))]


def import_some(community, dice, number: int) -> str:
    rows = [
        row(E=f"189{dice.randrange(10**8):08d}", H=str(dice.randrange(1, 9)), I="1", J=f"{n}01")
        for n in range(1, 30)
    ]
    with TemporaryDirectory() as folder:
        try:
            report = upload(book(Path(folder) / "rows.xlsx", rows), community)
        except Exception:  # noqa: BLE001 - the test looks at it
            return traceback.format_exc()
    return "" if report.state == "applied" else f"import {number}: {report.state} {report.message}"


def seeds(community, number: int = 0) -> list[tuple[int, int]]:
    return [(community.pk, number * PROCESSES + seed) for seed in range(PROCESSES)]


def test_imports_beside_structural_changes_leave_everything_sound(built):
    faults = in_processes(act, seeds(built))

    assert faults == [[]] * PROCESSES
    assert problems_of(built) == []
    residents = Resident.objects.filter(community=built)
    assert residents.count() == IMPORTS * 29
    assert not residents.exclude(room__level=F("community__levels__len")).exists()


def test_without_the_lock_the_same_breaks(built):
    for number in range(MOST_ROUNDS):
        faults = in_processes(act, seeds(built, number), guards_off=frozenset({"locks"}))
        if any(faults) or problems_of(built):
            return
    pytest.fail("nothing broke without the lock: the other test proves nothing")
