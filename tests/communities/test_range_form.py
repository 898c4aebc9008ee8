"""批量添加: names, then a preview, then the writing of what was previewed."""

import re

import pytest
from django.utils import timezone

from communities import tree
from communities.models import BuildingNode, Community
from haina.accounts.models import AuditEntry
from haina.jobs import queue
from haina.jobs.models import Job
from tests import make
from tests.communities.conftest import addresses

GUIDE = {"level_0": "1-18栋", "level_1": "1-2单元", "level_2": "101-1804"}


@pytest.fixture
def form(sign_in, builder, community, root, link):
    """Posts the form below the root."""
    client = sign_in(builder)
    return lambda **typed: client.post(link("node_add_range", community.pk, root.pk), typed)


def digest_in(response) -> str:
    return re.search(r'name="confirmed" value="(\w+)"', response.content.decode())[1]


def once_in(response) -> str:
    return re.search(r'name="once" value="(\w+)"', response.content.decode())[1]


def pk_of(address: str) -> int:
    return BuildingNode.objects.get(address=address).pk


def cells(response) -> list[str]:
    return re.findall(r"<td[^>]*>([^<]*)</td>", response.content.decode())


def test_a_preview_says_how_many_and_writes_nothing(form, community):
    make.node(community, "1栋 1单元 101")

    response = form(**GUIDE)

    assert cells(response) == [
        *("栋", "1栋、2栋、3栋、4栋 … 18栋", "18", "1", "17"),
        *("单元", "1单元、2单元", "36", "1", "35"),
        *("房间号", "101、102、103、104 … 1804", "2592", "1", "2591"),
    ]
    text = response.content.decode()
    assert "将添加 2643 个节点，从“1栋 1单元 101”到“18栋 2单元 1804”。" in text
    assert addresses(community) == ["1栋", "1栋 1单元", "1栋 1单元 101"]


def test_confirming_writes_what_was_previewed(form, community, root, link):
    make.node(community, "1栋 1单元 101")
    few = GUIDE | {"level_0": "1-2栋"}
    digest = digest_in(form(**few))

    response = form(**few, confirmed=digest)

    assert response.url == link("tree", community.pk, node=root.pk)
    assert len(addresses(community)) == 2 + 4 + 288
    assert AuditEntry.objects.filter(action="tree.grown").last().count == 291


def test_confirming_many_starts_one_job_however_often(form, community, root, sign_in, builder):
    make.node(community, "1栋 1单元 101")
    preview = form(**GUIDE)
    confirmed = {**GUIDE, "confirmed": digest_in(preview), "once": once_in(preview)}

    responses = [form(**confirmed), form(**confirmed)]

    job = Job.objects.get()
    assert {response.url for response in responses} == {f"/fengniao/communities/ranges/{job.pk}/"}
    assert addresses(community) == ["1栋", "1栋 1单元", "1栋 1单元 101"]
    queue.run(job.pk)
    assert len(addresses(community)) == 18 + 36 + 2592
    entry = AuditEntry.objects.filter(action="tree.grown").last()
    assert (entry.count, entry.actor) == (2643, "小建")
    page = sign_in(builder).get(responses[0].url).content.decode()
    assert "已添加 2643 个楼栋节点" in page
    assert f"/fengniao/communities/{community.pk}/tree/?node={root.pk}" in page


@pytest.mark.parametrize(("rooms", "heavy"), [("1-2001", False), ("1-20001", True)])
def test_very_many_are_heavy_work(form, rooms, heavy):
    typed = {"level_0": rooms}
    preview = form(**typed)

    form(**typed, confirmed=digest_in(preview), once=once_in(preview))

    assert Job.objects.get().heavy is heavy


def test_the_same_many_may_be_added_again_after_they_are_gone(form, community, by):
    for _ in range(2):
        preview = form(**GUIDE)
        form(**GUIDE, confirmed=digest_in(preview), once=once_in(preview))
        queue.run(Job.objects.latest("pk").pk)
        for block in community.nodes.filter(level=1):
            tree.fell(community, block.pk, by=by, now=timezone.now())

    assert [job.result for job in Job.objects.all()] == [{"made": 2646}] * 2


def fell_it(community, told):
    tree.fell(community, pk_of("A"), **told)


def take_a_level(community, told):
    Community.objects.filter(pk=community.pk).update(levels=["栋", "单元"])


def fill_it(community, told):
    tree.grow(community, [(str(number),) for number in range(9)], **told)


@pytest.mark.parametrize(
    ("meanwhile", "message"),
    [(fell_it, "已被删除"), (take_a_level, "楼栋结构已被修改"), (fill_it, "最多 2010 个")],
)
def test_a_job_that_comes_too_late_says_why(
    sign_in, builder, community, by, link, settings, meanwhile, message
):
    settings.MOST_NODES = 2_010
    block = make.node(community, "A")
    url = link("node_add_range", community.pk, block.pk)
    client, typed = sign_in(builder), {"level_0": "1-2", "level_1": "101-10010"}
    preview = client.post(url, typed)
    client.post(url, {**typed, "confirmed": digest_in(preview), "once": once_in(preview)})
    before = addresses(community)
    meanwhile(community, {"by": by, "now": timezone.now()})

    queue.run(Job.objects.get().pk)

    job = Job.objects.get()
    assert job.state == Job.State.FAILED
    assert message in job.message
    assert len(addresses(community)) < len(before) + 10


def test_a_preview_says_when_a_community_would_have_too_many(form, community, settings):
    settings.MOST_NODES = 100

    response = form(**GUIDE)

    assert response.status_code == 422
    assert (
        "一个小区最多 100 个楼栋节点，已有 0 个，不能再添加 2646 个。" in response.content.decode()
    )


def test_what_was_changed_after_the_preview_is_previewed_again(form, community):
    digest = digest_in(form(**GUIDE))

    response = form(**GUIDE | {"level_0": "1-19栋"}, confirmed=digest)

    assert response.status_code == 200
    assert "18栋" in response.content.decode()
    assert addresses(community) == []


def test_the_last_levels_may_wait(form, community):
    digest = digest_in(form(level_0="A-C", level_1="", level_2=""))

    form(level_0="A-C", level_1="", level_2="", confirmed=digest)

    assert addresses(community) == ["A", "B", "C"]


def test_below_a_block_the_form_has_the_levels_below(sign_in, builder, community, link):
    block = make.node(community, "A")

    text = sign_in(builder).get(link("node_add_range", community.pk, block.pk)).content.decode()

    assert re.findall(r'name="(level_\d)"', text) == ["level_0", "level_1"]
    assert "101-1804" in text


def test_nothing_new_cannot_be_confirmed(form, community):
    make.node(community, "A")

    response = form(level_0="A")

    assert "都已存在" in response.content.decode()
    assert 'name="confirmed"' not in response.content.decode()


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"level_0": ""}, "请填写此项"),
        ({"level_0": "18-1"}, "“18-1”要从小到大。"),
        ({"level_0": "A", "level_2": "101"}, "请先填写这一级"),
        ({"level_0": "1-100", "level_1": "1-100", "level_2": "1-100"}, "一次最多添加 100000 个"),
        ({"level_0": "、"}, "请填写至少一个名称"),
    ],
)
def test_bad_input_is_told_at_its_field(form, community, typed, told):
    response = form(**typed)

    assert response.status_code == 422
    assert told in response.content.decode()
    assert addresses(community) == []


@pytest.mark.parametrize("once", [{}, {"once": "\x00"}])
def test_a_confirmation_without_its_mark_is_a_job_of_its_own(form, once):
    confirmed = {**GUIDE, "confirmed": digest_in(form(**GUIDE)), **once}

    assert [form(**confirmed).status_code for _ in range(2)] == [302, 302]
    assert Job.objects.count() == 2
