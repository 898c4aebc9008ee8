"""打标签, 黑名单, 星标 and 修改备注: what they write, what they refuse, and what is for the job."""

import pytest
from lxml import html

from followers import bulk
from followers.models import Follower, Tag
from haina.accounts.models import AuditEntry
from haina.jobs import queue
from haina.jobs.models import Job
from haina.lib.sealed import seal
from tests import make
from tests.residents.agreeing import HTMX, agree_to, question


@pytest.fixture
def few_at_once(monkeypatch):
    """What is a job from 2,001 on is one from 3 on; it works in steps of two."""
    monkeypatch.setattr(bulk, "MOST_AT_ONCE", 2)
    monkeypatch.setattr("followers.views.changes.MOST_AT_ONCE", 2)
    monkeypatch.setattr(bulk, "STEP", 2)


def run_the_job() -> Job:
    job = Job.objects.latest("pk")
    queue.run(job.pk)
    job.refresh_from_db()
    return job


def again(follower: Follower) -> Follower:
    return Follower.objects.get(pk=follower.pk)


def acts() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))[1:]


def test_a_star_is_one_click_and_is_not_pushed(sign_in, creator, four, url):
    client, follower = sign_in(creator), four["鲁宁"]

    text = client.post(url("star_one", follower.pk), {"on": "1"}, headers=HTMX).content.decode()

    assert 'aria-pressed="true"' in text
    assert "星标用户" in text
    assert (again(follower).starred, again(follower).to_push) == (True, False)
    assert client.post(url("star_one", follower.pk)).status_code == 302
    assert not again(follower).starred
    assert acts()[-2:] == ["follower.starred", "follower.unstarred"]


def test_a_remark_is_written_and_pushed(sign_in, creator, four, url):
    follower = four["wxyz"]

    response = sign_in(creator).post(url("remark", follower.pk), {"remark": " 张国良 "})

    assert response.status_code == 302
    changed = again(follower)
    assert (changed.remark, changed.to_push) == ("张国良", True)
    entry = AuditEntry.objects.get(action="follower.remarked")
    assert (entry.ids, entry.fields) == ([follower.pk], ["remark"])


def test_a_remark_that_wechat_does_not_take_stays_here(sign_in, creator, four, url):
    follower = four["wxyz"]

    sign_in(creator).post(url("remark", follower.pk), {"remark": "这个备注太长了微信不会接受的"})

    changed = again(follower)
    assert changed.remark_is_local
    assert not changed.to_push


def test_a_remark_of_30_characters_is_refused(sign_in, creator, four, url):
    follower = four["鲁宁"]

    response = sign_in(creator).post(url("remark", follower.pk), {"remark": "长" * 30})

    assert response.status_code == 422
    assert "最多 29 个字，现在有 30 个。" in response.content.decode()
    assert again(follower).remark == "鲁宁"


def test_the_blacklist_asks_with_the_guides_sentence(sign_in, creator, four, url):
    client, follower = sign_in(creator), four["鲁宁"]

    asked = client.post(url("block"), {"pk": follower.pk}, headers=HTMX).content.decode()

    assert (
        "加入黑名单后，您将无法接收该用户发来的消息，且该用户无法接收公众号发出的消息，"
        "无法参与留言和赞赏，确认加入黑名单？"
    ) in asked
    assert not again(follower).blocked
    agree_to(client, url("block"), {"pk": follower.pk})
    assert (again(follower).blocked, again(follower).to_push) == (True, True)
    agree_to(client, url("unblock", blocked="yes"), {"pk": follower.pk})
    assert not again(follower).blocked
    assert acts()[-2:] == ["follower.blocked", "follower.unblocked"]


def test_without_a_tick_nothing_happens(sign_in, creator, four, url):
    client = sign_in(creator)

    for act in ("tag", "star", "unstar", "block", "unblock"):
        assert client.post(url(act)).status_code == 302
    assert "请先勾选用户" in client.get(url("list")).content.decode()
    assert acts() == []


def test_tags_are_added_and_taken_away(sign_in, creator, four, tags, url):
    client = sign_in(creator)
    owner, tenant = tags["业主"].pk, tags["租客"].pk
    both = {"pk": [four["李海"].pk, four["鲁宁"].pk]}

    asked = client.post(url("tag"), both, headers=HTMX).content.decode()
    assert "业主（部分用户）" in asked
    agree_to(client, url("tag"), both | {"tags": [tenant]})
    assert again(four["李海"]).tag_ids == [owner, tenant]
    assert again(four["鲁宁"]).tag_ids == [tenant]
    assert again(four["j4ck"]).tag_ids == []

    agree_to(client, url("tag"), both | {"tags": [owner], "had": [tenant]})
    assert again(four["李海"]).tag_ids == again(four["鲁宁"]).tag_ids == [owner]
    assert AuditEntry.objects.filter(action="follower.tagged").count() == 2


@pytest.mark.parametrize("had", ["99999999999", "x", "9" * 30])
def test_a_tag_that_nobody_had_is_left_out(sign_in, creator, four, tags, url, had):
    pk, tag = four["鲁宁"].pk, tags["业主"].pk

    agree_to(sign_in(creator), url("tag"), {"pk": [pk], "tags": [tag], "had": [had]})

    assert again(four["鲁宁"]).tag_ids == [tag]


def test_what_all_have_is_ticked_already(sign_in, creator, four, tags, url):
    posted = {"pk": four["李海"].pk}

    form = html.fromstring(sign_in(creator).post(url("tag"), posted, headers=HTMX).content.decode())

    assert form.xpath("//input[@name='tags'][@checked]/@value") == [str(tags["业主"].pk)]
    assert form.xpath("//input[@name='had']/@value") == [str(tags["业主"].pk)]


def test_nobody_gets_a_21st_tag(sign_in, creator, account, four, url):
    many = [make.tag(account, f"标签{number}").pk for number in range(21)]
    full = make.follower(account, tag_ids=many[:20])
    posted = {"pk": [full.pk, four["鲁宁"].pk]}

    response = agree_to(sign_in(creator), url("tag"), posted | {"tags": [many[20]]})

    assert response.status_code == 422
    assert "有 1 位用户的标签会超过 20 个，没有改动任何用户" in response.content.decode()
    assert again(four["鲁宁"]).tag_ids == []


def test_a_tag_that_was_deleted_meanwhile_is_told(sign_in, creator, four, tags, url):
    client, posted = sign_in(creator), {"pk": four["鲁宁"].pk}
    agreed = posted | question(client, url("tag"), posted) | {"tags": [tags["租客"].pk]}
    Tag.objects.filter(pk=tags["租客"].pk).update(gone=True)

    response = client.post(url("tag"), agreed)

    assert response.status_code == 422
    assert "标签已被删除，请重新选择。" in response.content.decode()


def test_all_matching_are_changed_and_nobody_else(sign_in, creator, four, url):
    agree_to(sign_in(creator), url("block", s=seal("鲁")), {"all": "1"})

    assert set(Follower.objects.filter(blocked=True)) == {four["鲁宁"]}


def test_many_are_a_job_that_spares_who_comes_later(
    sign_in, creator, account, four, url, few_at_once
):
    client = sign_in(creator)
    agreed = {"all": "1"} | question(client, url("block"), {"all": "1"})
    late = make.follower(account)

    response = client.post(url("block"), agreed)
    assert not Follower.objects.filter(blocked=True).exists()
    job = run_the_job()

    assert (job.state, job.result) == (Job.State.DONE, {"changed": 4})
    assert set(Follower.objects.filter(blocked=False)) == {late}
    assert "已将 4 位用户加入黑名单。" in client.get(response.url).content.decode()
    entries = AuditEntry.objects.filter(action="follower.blocked")
    assert [entry.count for entry in entries] == [2, 2]


def test_a_job_holds_nothing_that_was_searched(sign_in, creator, account, url, few_at_once):
    for number in range(3):
        make.follower(account, remark=f"canary{number}")

    agree_to(sign_in(creator), url("block", q="canary"), {"all": "1"})  # an address by hand

    assert "canary" not in repr(Job.objects.values().latest("pk"))
    assert run_the_job().result == {"changed": 3}


def test_a_job_that_is_refused_says_why(sign_in, creator, account, four, url, few_at_once):
    many = [make.tag(account, f"标签{number}").pk for number in range(21)]
    Follower.objects.filter(pk=four["wxyz"].pk).update(tag_ids=many[:20])

    agree_to(sign_in(creator), url("tag"), {"all": "1", "tags": [many[20]]})
    job = run_the_job()

    assert job.state == Job.State.FAILED
    assert "会超过 20 个" in job.message
    assert again(four["wxyz"]).tag_ids == many[:20]


def test_strangers_rows_stay_as_they_are(sign_in, creator, stranger, four, url):
    foreign = make.follower(stranger.account)

    sign_in(creator).post(url("star"), {"pk": foreign.pk})

    assert not again(foreign).starred
