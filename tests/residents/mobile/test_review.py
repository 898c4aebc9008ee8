"""认证审核 on an administrator's phone."""

import re

import pytest
from django.utils import timezone

from followers.models import Follower
from haina.accounts import services
from haina.accounts.audit import Actor
from haina.accounts.models import AuditEntry
from haina.accounts.permissions import Level, Section
from residents.models import Notice, Resident, VerificationApplication
from residents.verification import applications, decisions
from tests import make
from tests.residents.mobile.conftest import Visitor, text_of
from tests.together import together

REJECT = {"act": "reject", "preset": "房间选择有误"}


@pytest.fixture
def reviewer(account, operator, connected) -> Visitor:
    """小何 of 腾讯小区, known in WeChat."""
    return phone_of(account, operator)


def phone_of(account, administrator) -> Visitor:
    follower = make.follower(account)
    make.colleague(administrator, follower)
    return Visitor(account, follower.openid)


def applied(community, address="A 1 101", **claimed) -> VerificationApplication:
    claimed = {"name": "李小四", "identity": "family", "phone": "+8613700007788"} | claimed
    return make.application(community, make.follower(community.account), address, **claimed)


@pytest.fixture
def waiting(community) -> VerificationApplication:
    return applied(community, id_number="11010519491231002X")


def path_of(application) -> str:
    return f"review/{application.pk}/"


def state_of(application) -> str:
    application.refresh_from_db()
    return application.state


def approve(visitor, application, **more):
    html = visitor.get(path_of(application)).content.decode()
    seen = re.search(r'name="seen" value="(\w+)"', html)[1]
    return visitor.post(path_of(application), {"act": "approve", "seen": seen}, **more)


def set_rights(administrator, *, level=Level.MANAGE, **fields):
    every = dict.fromkeys(("name", "gender", "identity", "phone", "id_number", "address"), 2)
    by = Actor.command(administrator.account)
    sections = {Section.RESIDENTS: level}
    services.set_rights(
        administrator, sections=sections, fields=every | fields, by=by, now=timezone.now()
    )


def test_the_list_has_the_oldest_first(reviewer, community, waiting):
    applied(community, "A 1 102", name="王五")
    applied(community, "A 1 103", name="赵六", identity="owner")

    text = text_of(reviewer.get("review/"))

    assert "3 条待审核" in text
    assert text.index("李小四 · 家属") < text.index("王五") < text.index("赵六 · 业主")
    assert text.count("刚刚提交") == 3


def test_the_list_ends_where_the_rights_end(account, reviewer, community, waiting, stranger):
    elsewhere = applied(make.community(account, "深圳小区"), name="外区人")
    foreign = applied(stranger.account.communities.get(), name="外人甲")
    draft = make.draft(community, make.follower(account), name="草稿人")
    decided = applied(community, "A 1 109", name="已审人")
    decisions.reject(
        decided, way="console", reason="x", by=Actor.command(account), now=timezone.now()
    )

    text = text_of(reviewer.get("review/"))

    for name in ("外区人", "外人甲", "草稿人", "已审人"):
        assert name not in text
    for outside in (elsewhere, foreign, draft):
        assert reviewer.get(path_of(outside)).status_code == 404
        assert reviewer.post(path_of(outside), REJECT).status_code == 404
        assert state_of(outside) in {"pending", "draft"}


def test_pages_of_thirty(reviewer, community, waiting):
    VerificationApplication.objects.bulk_create(
        VerificationApplication(
            follower=make.follower(community.account),
            community=community,
            room=waiting.room,
            address="A 1 101",
            name=f"人{number:02d}",
            phone=f"+86138000000{number:02d}",
            identity="family",
            consented_at=timezone.now(),
            begun_at=timezone.now(),
            submitted_at=timezone.now(),
            state="pending",
        )
        for number in range(30)
    )

    assert "人29" not in text_of(reviewer.get("review/"))
    assert "人29" in text_of(reviewer.get("review/?page=2"))
    assert "人29" in text_of(reviewer.get("review/?page=x&page=99"))


def test_the_record_stands_beside(reviewer, community):
    make.resident(community, name="李四", phone="13700007788", identity="tenant")
    waiting = applied(community)

    text = text_of(reviewer.get(path_of(waiting)))

    assert "申请 李小四 登记 李四 不一致" in text
    assert "137*****88 一致" in text
    assert "申请 家属 登记 长期租客 不一致" in text
    assert "通过后，登记的姓名由“李四”改为“李小四”。" in text
    assert "13700007788" not in reviewer.get(path_of(waiting)).content.decode()


def test_another_way_to_write_the_same_agrees(reviewer, community):
    make.resident(community, name="ann lee", phone="13700007788", identity="family")
    waiting = applied(community, name="Ａnn Lee", proven=False)

    text = text_of(reviewer.get(path_of(waiting)))

    assert "Ａnn Lee 一致" in text
    assert "不一致" not in text.split("拒绝")[0]


def test_it_says_what_is_new(reviewer, waiting):
    text = text_of(reviewer.get(path_of(waiting)))

    assert "没有登记" in text
    assert "物业没有登记此人，通过后新增为住户。" in text
    assert "11010519491231002X" not in reviewer.get(path_of(waiting)).content.decode()


def test_it_says_whose_binding_would_end(reviewer, community, account):
    record = make.resident(community, name="李小四", phone="13700007788", identity="family")
    make.verified(record, make.follower(account))

    assert "已由另一个微信号认证" in text_of(reviewer.get(path_of(applied(community))))


def test_approving_leads_to_the_next(reviewer, community, waiting, operator):
    following = applied(community, "A 1 102", name="王五")

    answer = approve(reviewer, waiting, follow=True)

    assert state_of(waiting) == "approved"
    assert (waiting.way, waiting.decided_by, waiting.decider) == ("phone", "小何", operator)
    assert Resident.objects.get(pk=waiting.resident_id).verification == "verified"
    entry = AuditEntry.objects.get(action="application.approved")
    assert (entry.actor, entry.user_id) == ("小何", operator.user_id)
    assert answer.redirect_chain[-1][0] == f"/m/fengniao/review/{following.pk}/"
    assert "已通过李小四的申请" in text_of(answer)


def test_after_the_last_there_is_nothing_to_do(reviewer, waiting):
    answer = reviewer.post(path_of(waiting), REJECT, follow=True)

    assert state_of(waiting) == "rejected"
    assert (waiting.reason, waiting.way) == ("房间选择有误", "phone")
    assert "没有待审核的申请" in text_of(answer)


@pytest.mark.parametrize(
    "said", [{}, {"act": "reject"}, {"act": "reject", "words": "长" * 201}, {"act": "x"}]
)
def test_a_refusal_needs_a_reason(reviewer, waiting, said):
    answer = reviewer.post(path_of(waiting), said)

    assert answer.status_code == 422
    assert "<details" in answer.content.decode()
    assert " open" in answer.content.decode()
    assert state_of(waiting) == "pending"


@pytest.mark.parametrize("seen", ["", "x" * 32])
def test_nothing_passes_that_was_not_seen(reviewer, waiting, seen):
    answer = reviewer.post(path_of(waiting), {"act": "approve", "seen": seen}, follow=True)

    assert state_of(waiting) == "pending"
    assert "请核对后再通过" in text_of(answer)


def test_what_changed_meanwhile_is_looked_at_again(reviewer, community, waiting):
    html = reviewer.get(path_of(waiting)).content.decode()
    seen = re.search(r'name="seen" value="(\w+)"', html)[1]
    make.resident(community, name="李四", phone="13700007788")

    answer = reviewer.post(path_of(waiting), {"act": "approve", "seen": seen}, follow=True)

    assert state_of(waiting) == "pending"
    assert "登记 李四 不一致" in text_of(answer)
    assert Resident.objects.get().name == "李四"


def test_the_second_is_told_who_was_first(reviewer, account, community, waiting, creator):
    following = applied(community, "A 1 102", name="王五")
    other = phone_of(account, creator)
    approve(other, waiting)

    answer = reviewer.post(path_of(waiting), REJECT, follow=True)
    late = reviewer.get(path_of(waiting))

    for each in (answer, late):
        assert re.search(
            r"马经理 已于 \d{4}-\d\d-\d\d \d\d:\d\d 处理了这份申请：已通过", text_of(each)
        )
    assert "李小四" not in text_of(late)
    assert state_of(waiting) == "approved"
    assert Notice.objects.count() == 1
    assert path_of(following) not in text_of(late)


def test_what_was_withdrawn_cannot_be_decided(reviewer, account, waiting):
    applications.withdraw(waiting, by=Actor("申请人", account_id=account.pk), now=timezone.now())

    answer = reviewer.post(path_of(waiting), REJECT)

    assert "申请人已撤回这份申请" in text_of(answer)
    assert state_of(waiting) == "withdrawn"


def test_of_eight_at_once_one_decides(transactional_db, account, reviewer, waiting):
    html = reviewer.get(path_of(waiting)).content.decode()
    seen = re.search(r'name="seen" value="(\w+)"', html)[1]
    said = [{"act": "approve", "seen": seen}, REJECT] * 4
    phones = [Visitor(account, reviewer.openid) for _ in said]

    def one(number):
        return phones[number].post(path_of(waiting), said[number]).status_code

    assert set(together(one, range(8))) <= {200, 302}
    assert state_of(waiting) in {"approved", "rejected"}
    assert Notice.objects.count() == 1


FIELDS = {
    "name": ("金丝雀", "登记金"),
    "phone": ("137*****88", "13700007788", "手机号"),
    "identity": ("长期租客", "限期租客", "2031-05-06"),
    "id_number": ("110***", "02X", "<dt>证件号</dt>"),
    "address": ("A 1 101", "业主邀请"),
}


@pytest.fixture
def canary(community) -> VerificationApplication:
    make.resident(
        community,
        name="登记金",
        phone="13700007788",
        identity="tenant",
        id_number="110105194912310033",
    )
    return applied(
        community,
        name="金丝雀",
        identity="term_tenant",
        lease_ends_on="2031-05-06",
        id_number="11010519491231002X",
    )


@pytest.mark.parametrize("field", FIELDS)
def test_hidden_fields_stand_nowhere(reviewer, operator, canary, field):
    pages = ["review/", path_of(canary)]
    before = "".join(reviewer.get(page).content.decode() for page in pages)
    set_rights(operator, **{field: Level.NONE})

    after = "".join(reviewer.get(page).content.decode() for page in pages)

    assert any(secret in before for secret in FIELDS[field])
    assert [secret for secret in FIELDS[field] if secret in after] == []
    assert "与登记不一致" in before
    assert "与登记不一致" not in after  # it would tell of the hidden field too


@pytest.mark.parametrize("field", ["phone", "address"])
def test_no_record_is_shown_to_who_may_not_know_which(reviewer, operator, canary, field):
    set_rights(operator, **{field: Level.NONE})

    html = reviewer.get(path_of(canary)).content.decode()

    assert "登记金" not in html
    assert "state-different" not in html


@pytest.mark.parametrize("level", [Level.NONE, Level.VIEW])
def test_approving_writes_every_field(reviewer, operator, waiting, level):
    html = reviewer.get(path_of(waiting)).content.decode()
    seen = re.search(r'name="seen" value="(\w+)"', html)[1]
    set_rights(operator, gender=level)

    assert "所以只能拒绝" in text_of(reviewer.get(path_of(waiting)))
    assert 'value="approve"' not in reviewer.get(path_of(waiting)).content.decode()
    answer = reviewer.post(path_of(waiting), {"act": "approve", "seen": seen})

    assert answer.status_code == 403
    assert state_of(waiting) == "pending"
    reviewer.post(path_of(waiting), REJECT)
    assert state_of(waiting) == "rejected"


def test_home_leads_reviewers_on_and_nobody_else(reviewer, operator, account):
    assert 'href="/m/fengniao/review/"' in reviewer.get().content.decode()
    other = Visitor(account, make.follower(account).openid)
    set_rights(operator, level=Level.VIEW)

    for visitor in (reviewer, other):
        assert "review/" not in visitor.get().content.decode()


def test_the_right_is_asked_with_every_request(reviewer, operator, waiting):
    assert reviewer.get("review/").status_code == 200
    set_rights(operator, level=Level.VIEW)

    for answer in (
        reviewer.get("review/"),
        reviewer.get(path_of(waiting)),
        reviewer.post(path_of(waiting), REJECT),
    ):
        assert answer.status_code == 403
        assert "李小四" not in text_of(answer)
    assert state_of(waiting) == "pending"


def test_who_was_deactivated_finds_nothing(reviewer, operator, account, waiting):
    services.deactivate(operator, by=Actor.command(account), now=timezone.now())

    assert reviewer.get("review/").status_code == 404
    assert reviewer.post(path_of(waiting), REJECT).status_code == 404
    assert state_of(waiting) == "pending"


def test_the_applicant_is_no_reviewer(account, connected, waiting):
    visitor = Visitor(account, waiting.follower.openid)

    assert visitor.get("review/").status_code == 404
    assert visitor.get(path_of(waiting)).status_code == 404
    assert visitor.post(path_of(waiting), REJECT).status_code == 404
    assert state_of(waiting) == "pending"


def test_a_blocked_colleague_is_refused(reviewer, account, waiting):
    Follower.objects.filter(openid=reviewer.openid).update(blocked=True)

    assert reviewer.post(path_of(waiting), REJECT).status_code == 403
    assert state_of(waiting) == "pending"
