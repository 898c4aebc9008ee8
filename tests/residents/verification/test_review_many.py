"""Many applications at once, and many reviewers at one."""

from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import html

from haina.accounts.audit import Actor
from residents.models import Notice, Resident, VerificationApplication
from residents.verification import acceptance, decisions
from residents.verification.decisions import AlreadyDecided
from residents.views.decisions import MOST_AT_ONCE
from tests import make
from tests.processes import in_processes
from tests.residents.verification.test_review_list import told
from tests.together import together


@pytest.fixture
def client(sign_in, operator):
    return sign_in(operator)


@pytest.fixture
def new(community, account):
    """Somebody nobody knows of."""
    return make.application(community, make.follower(account), "B 1 101", name="李四")


@pytest.fixture
def other(community, account, zhang, as_zhang):
    """张三 with another identity than on file."""
    claimed = as_zhang | {"identity": "family"}
    return make.application(community, make.follower(account), **claimed)


def agreed(response) -> dict:
    """What the dialog posts."""
    form = html.fromstring(response.content.decode()).xpath("//form[input[@name='agreed']]")[0]
    fields = [(each.get("name"), each.get("value")) for each in form.xpath(".//input")]
    return {
        name: [v for n, v in fields if n == name] for name, _value in fields if name != "preset"
    }


def test_all_are_shown_with_what_they_would_overwrite(client, new, other, url):
    response = client.post(url("decide_many"), {"act": "approve", "pk": [new.pk, other.pk]})

    text = told(response)
    assert "确定通过以下 2 份申请？" in text
    assert "B 1 101 新增住户" in text
    assert "A 1 101 修改登记的身份" in text
    assert Resident.objects.get().verification == "unverified"


def test_agreed_to_they_are_approved(client, new, other, zhang, url):
    asked = client.post(url("decide_many"), {"act": "approve", "pk": [new.pk, other.pk]})

    response = client.post(url("decide_many"), agreed(asked), follow=True)

    zhang.refresh_from_db()
    assert "已通过 2 份申请。" in told(response)
    assert zhang.identity == "family"
    assert set(Resident.objects.values_list("verification", flat=True)) == {"verified"}
    assert Notice.objects.filter(kind="approved").count() == 2


def test_a_reason_is_asked_for_once_and_told_to_all(client, new, other, url):
    asked = client.post(url("decide_many"), {"act": "reject", "pk": [new.pk, other.pk]})
    without = client.post(url("decide_many"), agreed(asked))
    response = client.post(
        url("decide_many"), agreed(asked) | {"preset": "非本房间住户"}, follow=True
    )

    assert without.status_code == 422
    assert "已拒绝 2 份申请。" in told(response)
    reasons = VerificationApplication.objects.values_list("state", "reason")
    assert set(reasons) == {("rejected", "非本房间住户")}


def test_who_was_decided_on_meanwhile_is_told_by_name(client, sign_in, creator, new, other, url):
    asked = client.post(url("decide_many"), {"act": "approve", "pk": [new.pk, other.pk]})
    sign_in(creator).post(url("reject", new.pk), {"words": "不是"})

    response = client.post(url("decide_many"), agreed(asked), follow=True)

    text = told(response)
    assert "已通过 1 份申请。" in text
    assert "1 份没有处理：李四" in text
    assert "马经理 已于" in text


def test_a_record_that_changed_meanwhile_is_left(client, new, other, zhang, url):
    asked = client.post(url("decide_many"), {"act": "approve", "pk": [other.pk]})
    Resident.objects.filter(pk=zhang.pk).update(name="张大")

    response = client.post(url("decide_many"), agreed(asked), follow=True)

    other.refresh_from_db()
    assert "登记的信息刚刚有变动" in told(response)
    assert other.is_pending


def test_those_out_of_reach_are_left_out(client, account, new, url):
    far = make.application(make.community(account, "滨海小区"), make.follower(account))
    post = {"act": "approve", "pk": [new.pk, far.pk]}

    asked = client.post(url("decide_many"), post)
    client.post(url("decide_many"), agreed(asked) | {"pk": [new.pk, far.pk]})

    far.refresh_from_db()
    assert "以下 1 份申请" in told(asked)
    assert far.is_pending


@pytest.mark.parametrize("pks", [[], [0], ["x"], [10**30]])
def test_nobody_chosen(client, new, url, pks):
    response = client.post(url("decide_many"), {"act": "approve", "pk": pks}, follow=True)

    assert response.status_code == (200 if pks in ([], [0]) else 404)
    new.refresh_from_db()
    assert new.is_pending


def test_too_many_are_refused(client, new, url):
    pks = list(range(MOST_AT_ONCE + 1))

    response = client.post(url("decide_many"), {"act": "approve", "pk": pks}, follow=True)

    assert f"一次最多处理 {MOST_AT_ONCE} 份申请" in told(response)


def test_the_dialog_costs_the_same_for_one_and_for_many(client, community, account, new, url):
    def queries(pks) -> int:
        with CaptureQueriesContext(connection) as caught:
            client.post(url("decide_many"), {"act": "approve", "pk": pks})
        return len(caught)

    many = [new.pk]
    for room in range(9):
        many.append(make.application(community, make.follower(account), f"C {room} 1").pk)
    queries(many)

    assert queries(many) == queries([new.pk])


@pytest.mark.django_db(transaction=True)
def test_of_100_decisions_at_once_one_counts(
    sign_in, account, creator, operator, other, zhang, url
):
    """Ten reviewers, ten tries each, half of them approvals: each in a request of its own."""
    seen = acceptance.plan(other).digest
    urls = url("approve", other.pk), url("reject", other.pk)
    clients = [sign_in(creator), sign_in(operator)]

    def ten(number: int) -> list:
        posted = {"seen": seen, "words": f"第 {number} 位"}
        return [clients[number % 2].post(urls[turn % 2], posted) for turn in range(10)]

    answers = [each for ten_answers in together(ten, range(10)) for each in ten_answers]

    assert len(answers) == 100
    assert sorted({each.status_code for each in answers}) == [302, 422]
    assert [each.status_code for each in answers].count(302) == 1
    late = [each for each in answers if each.status_code == 422]
    assert all("处理了这份申请" in each.content.decode() for each in late)
    other.refresh_from_db()
    assert Notice.objects.get().kind == other.state
    assert Resident.objects.get().verification == (
        "verified" if other.state == "approved" else "unverified"
    )


def decide_25(asked: tuple[int, int]) -> list[str]:
    """In a process of its own, one after the other: why each was refused, "" if it was not."""
    pk, number = asked
    application = VerificationApplication.objects.get(pk=pk)
    told = {"way": "console", "by": Actor(f"第{number}位"), "now": timezone.now()}
    answers = []
    for turn in range(25):
        decide = decisions.approve if turn % 2 else partial(decisions.reject, reason="不是")
        try:
            decide(application, **told)
        except AlreadyDecided as late:
            answers.append(str(late))
        else:
            answers.append("")
    return answers


@pytest.mark.django_db(transaction=True)
def test_of_100_decisions_in_4_processes_one_counts(account, other):
    answers = sum(in_processes(decide_25, [(other.pk, number) for number in range(4)]), [])

    assert (len(answers), answers.count("")) == (100, 1)
    (late,) = set(answers) - {""}
    other.refresh_from_db()
    assert late.startswith(f"{other.decided_by} 已于")


@pytest.mark.django_db(transaction=True)
def test_of_30_decisions_at_the_same_moment_one_counts(account, other, act):
    def decide(number: int) -> str:
        told = {"reason": f"第 {number} 位"} if number % 2 else {}
        try:
            (decisions.reject if number % 2 else decisions.approve)(other, **told, **act)
        except AlreadyDecided:
            return "late"
        return "first"

    assert sorted(together(decide, range(30))) == ["first"] + ["late"] * 29
