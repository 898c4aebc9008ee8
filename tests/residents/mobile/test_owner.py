"""Owners decide on who joins their room."""

import pytest
from django.utils import timezone

from haina.accounts.audit import Actor
from haina.accounts.models import AuditEntry
from residents.models import Notice, Resident, VerificationApplication
from residents.verification import decisions, owners
from tests import make
from tests.residents.mobile.conftest import Visitor, text_of
from tests.together import together


@pytest.fixture
def community(community):
    community.owners_review = True
    community.save()
    return community


@pytest.fixture
def owner(community, follower) -> Resident:
    return make.verified(make.resident(community, name="张三"), follower)


def applied(community, address="A 1 101", **claimed) -> VerificationApplication:
    claimed = {"name": "李小四", "identity": "family", "phone": "+8613700007788"} | claimed
    return make.application(community, make.follower(community.account), address, **claimed)


@pytest.fixture
def waiting(community, owner) -> VerificationApplication:
    return applied(community, id_number="11010519491231002X")


@pytest.fixture
def path(owner, waiting) -> str:
    return f"rooms/{owner.pk}/applications/{waiting.pk}/"


def state_of(application) -> str:
    application.refresh_from_db()
    return application.state


def test_the_room_lists_what_waits_for_the_owner(phone, owner, path):
    html = phone.get(f"rooms/{owner.pk}/").content.decode()

    assert "等您审核的申请" in html
    assert path in html


def test_an_owner_sees_the_applicant_and_no_id_number(phone, path):
    html = phone.get(path).content.decode()

    assert "李小四" in html
    assert "137*****88" in html
    for secret in ("13700007788", "11010519491231002X", "110***", "002X"):
        assert secret not in html


def test_an_owner_approves(phone, path, waiting, owner):
    answer = phone.post(path, {"act": "approve"}, follow=True)

    assert state_of(waiting) == "approved"
    assert (waiting.way, waiting.decided_by) == ("owner", f"业主 (住户 #{owner.pk})")
    assert waiting.resident.name == "李小四"
    assert "李*四 家属 已认证" in text_of(answer)
    assert AuditEntry.objects.get(action="application.approved").actor == "业主"
    assert Notice.objects.filter(kind="approved").count() == 1


def test_an_owner_rejects_with_a_reason(phone, path, waiting):
    answer = phone.post(path, {"act": "reject", "preset": "不认识申请人", "words": "请核对房号"})

    assert answer.status_code == 302
    assert state_of(waiting) == "rejected"
    assert (waiting.reason, waiting.way) == ("不认识申请人；请核对房号", "owner")


@pytest.mark.parametrize(
    "said",
    [{}, {"act": "x"}, {"act": "reject", "words": "  "}, {"act": "reject", "preset": "自编"}],
)
def test_a_refusal_needs_a_reason(phone, path, waiting, said):
    answer = phone.post(path, said)

    assert answer.status_code == 422
    assert state_of(waiting) == "pending"


def not_theirs(community, account):
    """Applications on which the owner of A 1 101 has no say."""
    make.resident(community, name="王五", identity="tenant", phone="13700000001")
    taken = make.resident(community, name="赵六", identity="family", phone="13700000002")
    yield applied(community, identity="owner", phone="+8613700000009")
    yield applied(community, name="王伍", identity="tenant", phone="+8613700000001")  # differs
    make.verified(taken, make.follower(account))
    yield applied(community, name="赵六", identity="family", phone="+8613700000002")
    yield applied(community, "A 1 102")


def test_what_is_for_the_company_is_not_there_for_owners(phone, owner, community, account):
    for application in not_theirs(community, account):
        assert application.state == "pending"
        path = f"rooms/{owner.pk}/applications/{application.pk}/"
        for said in ({"act": "approve"}, {"act": "reject", "preset": "不认识申请人"}):
            assert phone.get(path).status_code == 404
            assert phone.post(path, said).status_code == 404
        assert state_of(application) == "pending"
        assert (
            f"applications/{application.pk}/"
            not in phone.get(f"rooms/{owner.pk}/").content.decode()
        )


def test_drafts_are_nobodys_business(phone, owner, community, account):
    draft = make.draft(community, make.follower(account), identity="family")

    assert phone.get(f"rooms/{owner.pk}/applications/{draft.pk}/").status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        {"identity": "family"},
        {"verification": "unverified"},
        {"verification": "expired"},
        {"room": "A 1 102"},
    ],
)
def test_who_is_no_owner_of_the_room_decides_nothing(
    phone, path, waiting, owner, community, change
):
    if "room" in change:
        change = {"room": make.node(community, change["room"])}
    Resident.objects.filter(pk=owner.pk).update(**change)

    assert phone.get(path).status_code == 404
    assert phone.post(path, {"act": "approve"}).status_code == 404
    assert state_of(waiting) == "pending"


def test_a_revoked_owner_decides_nothing(phone, path, waiting, owner):
    by = Actor.command(owner.community.account)
    decisions.revoke(owner, reason="已售出", by=by, now=timezone.now())

    assert phone.post(path, {"act": "approve"}).status_code == 404
    assert state_of(waiting) == "pending"


@pytest.mark.parametrize("change", [{"identity": "family"}, {"verification": "unverified"}])
def test_who_lost_the_room_after_the_page_was_found_decides_nothing(
    owner, follower, waiting, change
):
    """Between the request that found the application and its transaction."""
    told = {"by": Actor("业主", account_id=follower.account_id), "now": timezone.now()}
    Resident.objects.filter(pk=owner.pk).update(**change)

    with pytest.raises(decisions.NotTheirs):
        owners.approve(waiting, owner, follower, **told)
    with pytest.raises(decisions.NotTheirs):
        owners.reject(waiting, owner, follower, reason="x", **told)
    assert state_of(waiting) == "pending"


def test_nobody_decides_as_another_owner(owner, account, waiting):
    told = {"by": Actor("业主", account_id=account.pk), "now": timezone.now()}

    with pytest.raises(decisions.NotTheirs):
        owners.approve(waiting, owner, make.follower(account), **told)
    assert state_of(waiting) == "pending"


def test_an_unproven_phone_is_told(phone, owner, community):
    applied(community, proven=False)
    waiting = VerificationApplication.objects.get()

    text = text_of(phone.get(f"rooms/{owner.pk}/applications/{waiting.pk}/"))

    assert "没有经过短信验证" in text


def test_with_the_switch_off_owners_decide_nothing(phone, path, waiting, community, owner):
    community.owners_review = False
    community.save()

    assert phone.get(path).status_code == 404
    assert phone.post(path, {"act": "approve"}).status_code == 404
    assert "等您审核" not in text_of(phone.get(f"rooms/{owner.pk}/"))
    assert state_of(waiting) == "pending"


def test_the_owner_of_another_room_finds_nothing(account, community, waiting, owner):
    other = make.follower(account)
    neighbour = make.verified(make.resident(community, "A 1 102", name="赵六"), other)
    visitor = Visitor(account, other.openid)

    for pk in (neighbour.pk, owner.pk):
        path = f"rooms/{pk}/applications/{waiting.pk}/"
        assert visitor.get(path).status_code == 404
        assert visitor.post(path, {"act": "approve"}).status_code == 404
    assert state_of(waiting) == "pending"


def test_of_two_owners_the_first_wins(account, community, phone, owner, path, waiting):
    other = make.follower(account)
    second = make.verified(make.resident(community, name="张太太"), other)
    visitor = Visitor(account, other.openid)
    phone.post(path, {"act": "approve"})

    late = visitor.get(f"rooms/{second.pk}/applications/{waiting.pk}/")
    too_late = visitor.post(
        f"rooms/{second.pk}/applications/{waiting.pk}/",
        {"act": "reject", "preset": "不认识申请人"},
    )

    for answer in (late, too_late):
        assert "其他业主已于" in text_of(answer)
        assert "已通过" in text_of(answer)
        assert "张三" not in text_of(answer)
    assert state_of(waiting) == "approved"
    assert "您已于" in text_of(phone.get(path))


def test_an_owner_is_told_that_the_company_was_faster(phone, path, waiting, operator):
    by = Actor.of(operator)
    decisions.reject(waiting, way="console", reason="不符", by=by, now=timezone.now())

    answer = phone.get(path)

    assert "物业已于" in text_of(answer)
    assert "小何" not in text_of(answer)
    assert "137*****88" not in text_of(answer)


def test_of_eight_at_once_one_decides(transactional_db, account, phone, path, waiting):
    said = [{"act": "approve"}, {"act": "reject", "preset": "不认识申请人"}] * 4
    phones = [Visitor(account, phone.openid) for _ in said]

    def one(number):
        return phones[number].post(path, said[number]).status_code

    assert set(together(one, range(8))) <= {302, 200}
    assert state_of(waiting) in {"approved", "rejected"}
    decided = AuditEntry.objects.filter(action__in=("application.approved", "application.rejected"))
    assert decided.count() == Notice.objects.count() == 1
