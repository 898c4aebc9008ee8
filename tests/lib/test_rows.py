import gc

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from communities import node_rows, tree
from haina.accounts.audit import Actor
from haina.lib.outages import is_away
from haina.lib.rows import MANY, copy_rows, reserve_ids, uncollected
from tests import make

NODES = node_rows.TABLE


def planner_believes(table: str) -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = %s", [table])
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_the_planner_hears_of_a_mass_write_at_once():
    community = make.community(make.account("fengniao"))
    rooms = [("1", "1", str(number)) for number in range(MANY)]

    tree.grow(community, rooms, by=Actor.command(community.account), now=timezone.now())

    assert planner_believes(NODES) == MANY + 3  # the root, a block and an entrance


FULL = """
CREATE FUNCTION no_space() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN RAISE EXCEPTION 'no space' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER a_full_disk BEFORE INSERT ON lib_recenttries EXECUTE FUNCTION no_space();
"""


def test_an_outage_in_the_middle_of_a_copy_is_known_as_one(db):
    with connection.cursor() as cursor:
        cursor.execute(FULL)

    with pytest.raises(OperationalError) as caught, transaction.atomic():
        copy_rows("lib_recenttries", ["what"], [["x"]])

    assert is_away(caught.value)


def test_reserved_ids_are_ascending_and_given_once(db):
    first, second = reserve_ids(NODES, 3), reserve_ids(NODES, 2)

    assert len({*first, *second}) == 5
    assert [*first, *second] == sorted([*first, *second])
    assert reserve_ids(NODES, 0) == []


def test_cycles_are_collected_again_afterwards():
    with uncollected():
        assert not gc.isenabled()

    assert gc.isenabled()
