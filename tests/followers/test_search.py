"""A part of a name finds it, and an index finds the part."""

import pytest
from django.db import connection

from followers.models import Follower
from followers.names import having
from tests import make

NAMES = [
    "业主张三",
    "张三丰",
    "三张",
    "J4ck_陈",
    "j4",
    "100%",
    "O'Neil \\ 李",
    "李",
    "ß straße",
    "👍🏽顶",
]
PARTS = {name[start:end] for name in NAMES for start in range(9) for end in range(start + 1, 10)}
OTHERS = {"业张", "张张", "%", "_", "4J", "王", "张 三", "三丰张", "STRASSE", "jack"}


@pytest.mark.parametrize("field", ["remark", "nickname"])
def test_those_are_found_whose_name_has_the_part(account, field):
    for name in ["", *NAMES]:
        make.follower(account, **{field: name})
    everybody = Follower.objects.filter(account=account)

    for part in sorted((PARTS | OTHERS) - {""}):
        found = having(everybody, field, part).values_list("pk", flat=True)
        named = everybody.filter(**{f"{field}__icontains": part})
        assert sorted(found) == sorted(named.values_list("pk", flat=True)), part


@pytest.mark.parametrize("field", ["remark", "nickname"])
def test_the_part_is_found_by_an_index(db, field):
    found = having(Follower.objects.all(), field, "张三")

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")
        plan = found.explain()

    assert f"follower_{field}_pieces" in plan
