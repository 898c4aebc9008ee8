"""One application beside the record on file, decided on by whoever may; and 撤销认证."""

from datetime import date

import pytest
from lxml import html

from haina.accounts.models import AuditEntry
from haina.accounts.permissions import Level, Section
from residents.models import Notice, Resident
from residents.verification import acceptance
from tests import make
from tests.residents.test_list import HTMX
from tests.residents.verification.test_review_list import told


@pytest.fixture
def waiting(community, follower, zhang):
    """Somebody with 张三's phone who says to be a tenant called 张散."""
    claimed = {"name": "张散", "phone": "+8618913112121", "identity": "term_tenant"}
    claimed |= {"lease_ends_on": date(2035, 1, 31), "id_number": "E77665544"}
    return make.application(community, follower, **claimed)


@pytest.fixture
def client(sign_in, operator):
    return sign_in(operator)


def seen(application) -> dict:
    return {"seen": acceptance.plan(application).digest}


def lines(response) -> list[tuple]:
    rows = html.fromstring(response.content.decode()).xpath("//table[@class='beside']/tbody/tr")
    return [tuple(" ".join(cell.text_content().split()) for cell in row) for row in rows]


def test_it_stands_beside_the_record(client, waiting, url):
    response = client.get(url("application", waiting.pk))

    assert lines(response) == [
        ("姓名", "张散", "张三", "≠不一致"),
        ("手机号", "189*****21", "189*****21", "=一致"),
        ("身份", "限期租客", "业主", "≠不一致"),
        ("租约到期时间", "2035-01-31", "—", "–无法比对"),
        ("证件号", "E77****44", "—", "–无法比对"),
    ]
    text = told(response)
    assert "登记信息会改为： 姓名 张三 →改为 张散 身份 业主 →改为 限期租客" in text
    assert "证件号 空 →改为 E77****44" in text
    assert "通过短信验证" in text
    assert "同意个人信息说明 (第 1 版)" in text
    assert "E77665544" not in text
    assert "8913112121" not in text


def test_a_part_for_the_dialog_and_a_page_without_scripts(client, waiting, url):
    part = client.get(url("application", waiting.pk), headers=HTMX)

    assert b"<html" not in part.content
    assert b"<html" in client.get(url("application", waiting.pk)).content


def test_what_nobody_is_registered_as_says_so(client, community, follower, url):
    new = make.application(community, follower, "B 1 101", proven=False)

    text = told(client.get(url("application", new.pk)))

    assert "通过后会新增一位住户" in text
    assert "未经短信验证" in text


def test_a_record_of_another_follower_is_told(client, account, zhang, waiting, url):
    make.bound(zhang, make.follower(account))

    assert "已由另一位微信用户认证" in told(client.get(url("application", waiting.pk)))


def test_a_room_that_is_gone_is_told_and_cannot_be_approved(client, community, follower, url):
    new = make.application(community, follower, "B 1 101")
    type(new).objects.update(room=None)

    page = client.get(url("application", new.pk))
    response = client.post(url("approve", new.pk), seen(new))

    assert "申请的房间已被删除" in told(page)
    assert b'data-key="a"' not in page.content
    assert response.status_code == 422
    assert "所选房间已被删除" in told(response)


def test_who_invited_and_what_was_before(
    client, sign_in, community, account, follower, waiting, url
):
    other = make.application(community, make.follower(account), name="李四")
    elsewhere = make.application(community, follower, "B 1 101", name="张散")

    text = told(client.get(url("application", waiting.pk)))

    assert "此人或此房间的其他申请" in text
    for each in (other, elsewhere):
        assert (
            url("application", each.pk)
            in client.get(url("application", waiting.pk)).content.decode()
        )


def test_drafts_are_nobodys(client, community, follower, url):
    draft = make.draft(community, follower)

    assert client.get(url("application", draft.pk)).status_code == 404
    assert client.post(url("approve", draft.pk)).status_code == 404
    assert client.post(url("reject", draft.pk), {"words": "不"}).status_code == 404


def test_an_approval_writes_what_was_shown(client, follower, waiting, zhang, url):
    response = client.post(url("approve", waiting.pk), seen(waiting), follow=True)

    zhang.refresh_from_db()
    assert (zhang.name, zhang.identity, zhang.verification) == ("张散", "term_tenant", "verified")
    assert zhang.binding.follower == follower
    assert "已通过 张散 限期租客 189*****21 A 1 101 的申请。" in told(response)
    entry = AuditEntry.objects.get(action="application.approved")
    assert (entry.actor, entry.ids) == ("小何", [waiting.pk])
    assert entry.address
    assert Notice.objects.get().kind == "approved"


@pytest.mark.parametrize("posted", [{}, {"seen": "x"}])
def test_what_was_not_shown_is_not_written(client, waiting, zhang, url, posted):
    response = client.post(url("approve", waiting.pk), posted)

    zhang.refresh_from_db()
    assert response.status_code == 422
    assert "登记的信息刚刚有变动，请核对后再通过。" in told(response)
    assert (zhang.name, zhang.verification) == ("张三", "unverified")


def test_a_record_that_changed_is_shown_anew(client, waiting, zhang, url):
    before = seen(waiting)
    Resident.objects.filter(pk=zhang.pk).update(name="张大")

    refused = client.post(url("approve", waiting.pk), before)
    assert "张大" in told(refused)
    digest = html.fromstring(refused.content).xpath("//input[@name='seen']/@value")[0]
    assert client.post(url("approve", waiting.pk), {"seen": digest}).status_code == 302


def test_a_refusal_tells_the_applicant_why(client, waiting, zhang, url):
    reason = {"preset": "信息与登记不符", "words": "请按 身份证 填写"}

    response = client.post(url("reject", waiting.pk), reason, follow=True)

    waiting.refresh_from_db()
    assert waiting.state == "rejected"
    assert waiting.reason == "信息与登记不符；请按 身份证 填写"
    assert waiting.reason in Notice.objects.get(kind="rejected").facts
    assert "已拒绝 张散" in told(response)
    assert Resident.objects.get().verification == "unverified"
    assert AuditEntry.objects.get(action="application.rejected").reason == ""


@pytest.mark.parametrize(
    ("posted", "why"),
    [
        ({}, "请选择或填写原因。"),
        ({"words": " \u200b "}, "请选择或填写原因。"),
        ({"preset": "别的"}, "别的"),
        ({"words": "字" * 201}, "最多 200 个字"),
        ({"preset": "信息与登记不符", "words": "字" * 195}, "最多 200 个字"),
    ],
)
def test_a_refusal_without_a_reason_is_none(client, waiting, url, posted, why):
    response = client.post(url("reject", waiting.pk), posted)

    waiting.refresh_from_db()
    assert response.status_code == 422
    assert why in told(response)
    assert waiting.is_pending
    assert html.fromstring(response.content).xpath("//details[@open]")


def test_the_dialog_goes_on_with_the_next(client, account, community, waiting, url):
    second = make.application(community, make.follower(account), "B 1 101", name="李四")

    response = client.post(url("approve", waiting.pk), seen(waiting), headers=HTMX)
    assert "已通过 张散 限期租客" in told(response)
    assert f'data-application="{second.pk}"' in response.content.decode()
    assert "applications-changed" in response.headers["HX-Trigger"]

    last = client.post(url("reject", second.pk), {"words": "不是"}, headers=HTMX)
    assert last.headers["HX-Redirect"].endswith("/residents/applications/")


def test_who_comes_second_is_told_who_was_first(client, sign_in, creator, waiting, url):
    sign_in(creator).post(url("reject", waiting.pk), {"words": "不是"})

    for name, posted in (("approve", seen(waiting)), ("reject", {"words": "也不"})):
        response = client.post(url(name, waiting.pk), posted)
        assert response.status_code == 422
        assert "马经理 已于" in told(response)
        assert "未通过" in told(response)
    waiting.refresh_from_db()
    assert waiting.reason == "不是"
    assert Notice.objects.count() == 1


def test_who_may_not_write_every_field_may_only_refuse(sign_in, account, waiting, zhang, url):
    rights = {Section.RESIDENTS: Level.MANAGE}
    clerk = sign_in(make.operator(account, sections=rights, fields={"gender": Level.VIEW}))

    page = clerk.get(url("application", waiting.pk))
    assert b'data-key="a"' not in page.content
    assert "您没有修改全部字段的权限" in told(page)
    assert clerk.post(url("approve", waiting.pk), seen(waiting)).status_code == 403
    many = {"act": "approve", "pk": waiting.pk, "agreed": "1", f"seen_{waiting.pk}": "x"}
    assert clerk.post(url("decide_many"), many).status_code == 403
    zhang.refresh_from_db()
    assert zhang.verification == "unverified"
    assert clerk.post(url("reject", waiting.pk), {"words": "不是"}).status_code == 302


def test_who_may_only_look_decides_nothing(sign_in, account, waiting, url):
    viewer = sign_in(make.operator(account, sections={Section.RESIDENTS: Level.VIEW}))

    assert b"review-buttons" not in viewer.get(url("application", waiting.pk)).content
    assert viewer.post(url("approve", waiting.pk), seen(waiting)).status_code == 403
    assert viewer.post(url("reject", waiting.pk), {"words": "不"}).status_code == 403
    waiting.refresh_from_db()
    assert waiting.is_pending


def test_one_of_another_community_is_404_and_unchanged(client, account, follower, url):
    other = make.application(make.community(account, "滨海小区"), follower)

    assert client.get(url("application", other.pk)).status_code == 404
    assert client.post(url("approve", other.pk), seen(other)).status_code == 404
    assert client.post(url("reject", other.pk), {"words": "不"}).status_code == 404
    other.refresh_from_db()
    assert other.is_pending


CANARIES = {
    "name": ("张散", "张三"),
    "identity": ("限期租客", ">业主<", "2035-01-31"),
    "phone": ("189*****21", 'class="compared'),
    "id_number": ("E77****44",),
    "address": ("A 1 101", "张三", 'class="compared'),
}


@pytest.mark.parametrize("hidden", CANARIES)
def test_hidden_fields_are_nowhere(sign_in, account, waiting, url, hidden):
    rights = {Section.RESIDENTS: Level.MANAGE}
    clerk = sign_in(make.operator(account, sections=rights, fields={hidden: Level.NONE}))

    bodies = [
        clerk.get(url("application", waiting.pk)),
        clerk.get(url("applications")),
        clerk.post(url("decide_many"), {"act": "reject", "pk": waiting.pk}),
        clerk.post(url("reject", waiting.pk), {"words": "不"}, follow=True),
    ]

    text = "".join(each.content.decode() for each in bodies)
    assert [leak for leak in CANARIES[hidden] if leak in text] == []


@pytest.mark.parametrize(("name", "shown"), [("phone", "18913112121"), ("id_number", "E77665544")])
def test_one_look_at_a_claim_is_noted(client, sign_in, account, waiting, url, name, shown):
    address = url(f"reveal_claimed_{name}", waiting.pk)
    rights = {Section.RESIDENTS: Level.MANAGE}
    clerk = make.operator(account, "小藏", sections=rights, fields={name: Level.NONE})

    assert shown in told(client.post(address, headers=HTMX))
    assert sign_in(clerk).post(address).status_code == 403
    entry = AuditEntry.objects.get(action="resident.revealed")
    assert (entry.model, entry.ids) == ("residents.verificationapplication", [waiting.pk])
    assert entry.fields == [name]
