"""Where one arrives after signing in, and what is beside the numbers."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from followers.models import Sync as FollowerSync
from haina.accounts.permissions import Level, Section
from staff.models import Sync as StaffSync
from tests import make

pytestmark = pytest.mark.django_db

HERE = "/fengniao/overview/"


@pytest.mark.parametrize("section", Section)
def test_whoever_may_view_a_section_arrives_at_the_overview(sign_in, account, section):
    client = sign_in(make.operator(account, sections={section: Level.VIEW}))

    page = client.get("/fengniao/", follow=True)

    assert page.redirect_chain == [(HERE, 302)]
    first, *_others = page.context["navigation"]
    assert [(item["url"], item["current"]) for item in first["items"]] == [(HERE, True)]


def test_whoever_holds_nothing_is_told_so(sign_in, newcomer):
    client = sign_in(newcomer)

    page = client.get("/fengniao/")

    assert "您还没有任何栏目的权限" in page.content.decode()
    assert page.context["navigation"] == []
    assert client.get(HERE).status_code == 403


def test_how_synchronisations_stand(sign_in, creator, account, stranger):
    now = timezone.now()
    StaffSync.objects.create(account=stranger.account, began_at=now, phase="planned")
    client = sign_in(creator)
    assert client.get(HERE).context["syncs"] == []

    FollowerSync.objects.create(account=account, began_at=now, fault=40001)
    StaffSync.objects.create(account=account, began_at=now, phase="over", ended_at=now)
    broken, done = client.get(HERE).context["syncs"]

    assert (broken.state, broken.told, done.state) == ("failed", "同步未完成", "done")
    assert broken.why in client.get(HERE).content.decode()
    for sync in (broken, done):
        assert client.get(reverse(sync.page, args=["fengniao"])).status_code == 200


@pytest.mark.parametrize(
    ("phase", "state"),
    [("reading", "running"), ("planned", "waiting"), ("stopped", "cancelled"), ("over", "done")],
)
def test_how_the_mirror_of_the_staff_stands(sign_in, creator, account, phase, state):
    now = timezone.now()
    ended = now if phase == "over" else None
    StaffSync.objects.create(account=account, began_at=now, phase=phase, ended_at=ended)

    (sync,) = sign_in(creator).get(HERE).context["syncs"]

    assert sync.state == state


def test_whoever_is_limited_is_told_nothing_of_the_whole_staff(sign_in, account, community):
    StaffSync.objects.create(account=account, began_at=timezone.now())
    make.staff_imported(account, job=make.job(make.creator_of(account), state="running"))
    told = {"sections": {Section.STAFF: Level.MANAGE}, "communities": (community,)}
    limited, whole = (
        sign_in(make.operator(account, **each)).get(HERE)
        for each in (told, told | {"communities": ()})
    )

    assert (limited.context["syncs"], "staff_imports" in limited.context) == ([], False)
    assert len(whole.context["syncs"]) == 1
    assert whole.context["staff_imports"].going == 1


def test_many_communities_are_on_pages_of_their_own(sign_in, creator, account):
    for number in range(12):
        make.community(account, f"{number}号院")
    client = sign_in(creator)

    page = client.get(HERE)
    every = client.get(f"{HERE}communities/")

    assert (len(page.context["rates"]), page.context["communities"]) == (10, 12)
    assert f'href="{HERE}communities/"' in page.content.decode()
    assert every.context["rates"].paginator.count == 12


def test_all_buildings_of_a_community(sign_in, operator, community, account):
    another = make.community(account, "深圳小区")
    for number in range(7):
        make.resident(community, f"{number}栋 1 101")
    client = sign_in(operator)

    (each,) = client.get(HERE).context["rates"]
    page = client.get(f"{HERE}communities/{community.pk}/")

    assert (len(each.lowest), each.buildings) == (5, 7)
    assert page.context["rates"].paginator.count == 7
    assert client.get(f"{HERE}communities/{another.pk}/").status_code == 404


def test_rooms_that_stand_in_no_building_are_none(sign_in, creator, account):
    villas = make.community(account, "别墅区", levels=["房间号"])
    make.resident(villas, "101")

    (each,) = sign_in(creator).get(HERE).context["rates"]

    assert (each.rate.residents, each.lowest, each.buildings) == (1, [], 0)


@pytest.mark.parametrize("path", ["jobs/", "residents/imports/"])
def test_a_narrowed_list_keeps_its_filter_and_offers_all(sign_in, creator, community, path):
    old = timezone.now() - timedelta(days=8)
    for state, ended in (("failed", timezone.now()), ("failed", old), ("running", None)):
        job = make.job(creator, state=state, ended_at=ended)
        imported = make.imported(community, job=job)
        if ended:
            type(imported).objects.filter(pk=imported.pk).update(created_at=ended)
    client = sign_in(creator)

    def rows(query: str) -> int:
        context = client.get(f"/fengniao/{path}{query}").context
        return context["jobs" if "jobs" in context else "imports"].paginator.count

    assert [rows(query) for query in ("", "?show=going", "?show=failed", "?show=x")] == [3, 1, 1, 3]


def test_a_narrowed_list_without_rows_offers_all(sign_in, creator, community):
    html = sign_in(creator).get("/fengniao/jobs/?show=failed").content.decode()

    assert "没有这样的任务" in html
    assert 'href="/fengniao/jobs/"' in html
