"""微信关注用户 asked for by a browser: python -m tests.bench.followers_list fill|ask."""

import sys

import django

from tests.bench.lists import TIMES, milliseconds
from tests.bench.measure import tell

TAGGED, STARRED, NAMED, DAYS = 10, 50, 20, 1000
FILL = """
INSERT INTO followers_follower
    (account_id, openid, subscribed_at, scene, starred, remark, tag_ids, blocked, to_ask)
SELECT %(account)s, 'oBench' || lpad(n::text, 22, '0'),
    timestamptz '2024-01-01' + n * interval '1 day' * %(days)s / %(number)s,
    CASE WHEN n %% 100 = 0 THEN 'ADD_SCENE_PAID' ELSE 'ADD_SCENE_QR_CODE' END, n %% %(starred)s = 0,
    CASE WHEN n %% %(named)s = 0 THEN '业主' || n || '号' ELSE '' END,
    CASE WHEN n %% %(tagged)s = 0 THEN ARRAY[%(tag)s::int] ELSE '{}' END, n %% 200 = 1, false
FROM generate_series(1, %(number)s) AS n
"""


def fill(number: str) -> None:
    """An account with so many followers, among them tagged, starred, named and bound ones."""
    from django.db import connection
    from django.utils import timezone

    from tests import make
    from tests.bench import cast

    community = cast.community()
    account = community.account
    make.wechat(account, connected_at=timezone.now())
    told = {"account": account.pk, "tag": make.tag(account).pk, "number": int(number)}
    told |= {"tagged": TAGGED, "starred": STARRED, "named": NAMED, "days": DAYS}
    with connection.cursor() as cursor:
        cursor.execute(FILL, told)
        cursor.execute("VACUUM ANALYZE")
    tell({})


def ask() -> None:
    from django.urls import reverse

    from followers.models import Follower, Tag
    from followers.paging import Mark
    from tests.bench import cast

    here = reverse("followers:list", args=[cast.SLUG])
    account = cast.community().account
    followers = Follower.objects.filter(account=account, blocked=False)
    middle = Mark.of(followers.order_by("subscribed_at")[followers.count() // 2])
    answer = {"HX-Request": "true"}
    pages = {
        "list": here,
        "a page in the middle": f"{here}?after={middle}",
        "a tag": f"{here}?tag={Tag.objects.get(account=account).pk}",
        "starred": f"{here}?starred=yes",
        "blacklist": f"{here}?blocked=yes",
        "news": reverse("followers:news", args=[cast.SLUG]),
    }
    pages |= {
        "counted: a scene": f"{here}?scene=ADD_SCENE_PAID",
        "counted: since a day": f"{here}?since=2026-01-01",
        "counted: search by remark": f"{here}?q=业主9",
        "search that finds one": f"{here}?q=主{NAMED * 9}号",
        "counted: search that finds all": f"{here}?q=业主",
        "counted: search by openid": f"{here}?q=0042",
        "counted: not bound": f"{here}?bound=no",
    }
    browser = cast.browser()
    taken = {name: [] for name in pages}
    for _ in range(TIMES):  # in turn, so that a bad moment of the machine is everybody's
        for name, page in pages.items():
            taken[name].append(milliseconds(browser, page, answer))
    tell({f"{name}, ms": min(times) for name, times in taken.items()})


if __name__ == "__main__":
    django.setup()
    {"fill": fill, "ask": ask}[sys.argv[1]](*sys.argv[2:])
