"""导出楼层结构."""

import re

import pytest
from django.utils import timezone

from communities import tree
from communities.exports import write_structure
from communities.models import Community
from haina.accounts.models import AuditEntry
from haina.jobs import queue
from haina.jobs.models import Job
from tests import make
from tests.communities.conftest import cells_of
from tests.jobs.meanwhile import run_while


@pytest.fixture
def guide(community, by):
    """The four rooms of the guide."""
    paths = [(block, "1", room) for block in "AB" for room in ("101", "102")]
    return tree.grow(community, paths, by=by, now=timezone.now())


def written(community, tmp_path) -> list[list]:
    write_structure(tmp_path / "out.xlsx", community)
    return cells_of(tmp_path / "out.xlsx")


def test_the_columns_are_the_guides(community, guide, tmp_path):
    headings, *rows = written(community, tmp_path)

    assert headings == ["小区Id", "小区名称", "栋", "单元", "房间号", "房间Id"]
    assert [row[1:5] for row in rows] == [
        ["腾讯小区", "A", "1", "101"],
        ["腾讯小区", "A", "1", "102"],
        ["腾讯小区", "B", "1", "101"],
        ["腾讯小区", "B", "1", "102"],
    ]
    assert re.fullmatch("[0-9a-f]{32}", rows[0][0])
    assert {row[0] for row in rows} == {community.public_id}


def test_a_room_id_has_the_ids_on_the_way(community, guide, tmp_path):
    *_, last = written(community, tmp_path)

    block, unit = make.node(community, "B"), make.node(community, "B 1")
    assert last[5] == f"-{block.pk}-{unit.pk}-{guide['B', '1', '102']}-"


def test_branches_without_rooms_are_there_with_blanks(community, guide, tmp_path):
    make.node(community, "A 2")
    make.node(community, "C")

    rows = written(community, tmp_path)

    assert rows[3][2:] == ["A", "2", None, None]
    assert rows[6][2:] == ["C", None, None, None]


def test_a_community_without_buildings_has_headings_only(community, tmp_path):
    assert len(written(community, tmp_path)) == 1


def test_a_name_is_no_formula(community, tmp_path):
    make.node(community, "=1+1")

    assert written(community, tmp_path)[1][2] == "=1+1"


def test_the_form_starts_a_job_that_makes_the_file(sign_in, viewer, community, guide, link):
    client = sign_in(viewer)

    response = client.post(link("export_structure"), {"community": community.pk, "once": "a"})

    job = Job.objects.get()
    assert response.url.endswith(f"/jobs/{job.pk}/")
    queue.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result) == (Job.State.DONE, {"rows": 4})
    assert job.output.name == "腾讯小区楼层结构.xlsx"
    with job.output.file.open("rb") as content:
        assert cells_of(content)[4][1:5] == ["腾讯小区", "B", "1", "102"]
    assert AuditEntry.objects.filter(action="structure.exported", ids=[community.pk]).exists()


def test_a_form_sent_twice_starts_one_job(sign_in, viewer, community, link):
    client = sign_in(viewer)

    for _ in range(2):
        client.post(link("export_structure"), {"community": community.pk, "once": "a"})

    assert Job.objects.count() == 1


def test_no_community_of_others_can_be_exported(sign_in, viewer, stranger, link):
    theirs = Community.objects.get(name="别家小区")

    response = sign_in(viewer).post(link("export_structure"), {"community": theirs.pk, "once": "a"})

    assert response.status_code == 422
    assert not Job.objects.exists()


def test_a_right_that_was_taken_meanwhile_stops_the_job(viewer, community):
    job = make.job(viewer, "communities.export_structure", payload={"community": community.pk})
    viewer.grants.all().delete()

    queue.run(job.pk)

    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert "权限已变更" in job.message
    assert job.output is None


def test_another_community_in_the_same_form_is_another_job(sign_in, account, creator, link):
    first, second = make.community(account, "一期"), make.community(account, "二期")
    client = sign_in(creator)

    for community in (first, second, second):
        client.post(link("export_structure"), {"community": community.pk, "once": "same"})

    chosen = Job.objects.order_by("pk").values_list("payload", flat=True)
    assert list(chosen) == [{"community": first.pk}, {"community": second.pk}]


@pytest.mark.django_db(transaction=True)
def test_levels_and_nodes_are_of_one_moment(creator, community):
    make.node(community, "A 1 101")
    job = make.job(creator, "communities.export_structure", payload={"community": community.pk})

    def add_a_level():
        changed = Community.objects.get(pk=community.pk)
        changed.levels = ["期", *changed.levels]
        changed.save()
        make.node(changed, "一期 A 1 102")

    job = run_while(job.pk, add_a_level)

    with job.output.file.open("rb") as content:
        _headings, row = cells_of(content)
    assert row[2:5] == ["A", "1", "101"]
