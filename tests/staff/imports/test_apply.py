"""What an import of staff writes: once, under the policy chosen, within the cap."""

import pytest

from communities.models import Community
from haina.accounts.audit import Actor
from haina.accounts.models import AuditEntry
from haina.jobs import queue
from staff import bells, departments
from staff.models import Employee
from tests import make
from tests.staff.imports import workbooks
from tests.staff.imports.workbooks import CHEN, decide, many, on_file, row, upload

TAKEN = {"position", "rank", "wechat", "address"}


@pytest.fixture
def limit(settings):
    settings.WECOM_USER_LIMIT = 200


def test_the_same_file_twice_changes_nothing(importing, account):
    importing(CHEN)
    before, updated = on_file(account), Employee.objects.get().updated_at

    told = importing(CHEN)

    assert (told.state, told.created, told.updated, told.unchanged) == ("applied", 0, 0, 1)
    assert on_file(account) == before
    assert Employee.objects.get().updated_at == updated
    assert Employee.pgh_event_model.objects.count() == 1


@pytest.mark.parametrize(
    ("policy", "position", "address"),
    [("skip", "维修师父", ""), ("fill", "维修师父", "科技园"), ("overwrite", "班长", "科技园")],
)
def test_what_becomes_of_who_is_on_file_is_chosen(importing, policy, position, address):
    importing(row(I=None))

    told = importing(row(E="班长", F=None, I="科技园"))
    assert (told.state, told.differs) == ("planned", 1)
    decide(told, policy)

    employee = Employee.objects.get()
    assert (employee.position, employee.rank, employee.address) == (position, "二级", address)


def test_a_dash_clears_what_may_be_blank(importing):
    importing(CHEN)

    decide(importing(row(E="-", F="－", H="-", I="—")))

    assert Employee.objects.values(*TAKEN).get() == dict.fromkeys(TAKEN, "")


def test_blanks_are_filled_in_at_once(importing):
    importing(row(E=None))

    told = importing(CHEN)

    assert (told.state, told.updated, Employee.objects.get().position) == ("applied", 1, "维修师父")


def test_memberships_are_told_before_they_change(importing, account, engineering):
    service = make.department(account, "客服部")
    importing(CHEN)

    told = importing(row(D="客服部"))
    (changed,) = told.imported.shown["changed"]
    decide(told)

    (change,) = changed["changes"]
    assert (change["field"], change["before"], change["after"]) == ("所属部门", "工程部", "客服部")
    assert Employee.objects.get().department_ids == [service.pk]


def test_only_what_wecom_is_told_has_to_be_brought_there(importing):
    importing(CHEN, row(B="李四", G="13500000001"))
    Employee.objects.update(to_push=False, push_fault=60104)

    decide(importing(row(F="三级"), row(B="李思", G="13500000001")))

    rank, name = Employee.objects.order_by("pk")
    assert (rank.rank, rank.to_push, rank.push_fault) == ("三级", False, 60104)
    assert (name.name, name.to_push, name.push_fault) == ("李思", True, None)


def test_it_is_told_to_the_trail_and_the_history(importing, account):
    told = importing(CHEN)

    entry = AuditEntry.objects.get(action="employee.imported")
    event = Employee.pgh_event_model.objects.get()
    assert (entry.ids, entry.actor) == ([Employee.objects.get().pk], told.actor)
    assert event.pgh_context["import"] == told.pk
    assert event.pgh_context["action"] == "employee.imported"


def test_the_mirror_is_woken_once(
    importing, account, monkeypatch, django_capture_on_commit_callbacks
):
    heard = []
    monkeypatch.setattr(bells, "listeners", [heard.append])

    with django_capture_on_commit_callbacks(execute=True):
        importing(CHEN, row(B="李四", G="13500000001"))
        importing(CHEN)

    assert heard == [account.pk]


def test_199_and_then_2_are_refused_with_how_many_fit(limit, importing, account):
    first = importing(*many(199))
    told = importing(*many(2, first=199))

    assert (first.created, told.state, told.code) == (199, "refused", "cap")
    assert told.message == (
        "没有导入任何内容。因企业微信限制，最多可有 200 位员工 (当前 199 人)，还能添加 1 人，"
        "不能再添加 2 人。请前往“企业微信——我的企业——申请扩容”申请增加人数。"
    )
    assert Employee.objects.count() == 199
    assert importing(*many(1, first=199)).created == 1


def test_whoever_is_on_file_does_not_count_twice(limit, importing):
    importing(*many(200))

    told = importing(*many(200))

    assert (told.state, told.unchanged) == ("applied", 200)


def test_the_corp_may_have_a_limit_of_its_own(limit, importing, account):
    make.corp(account, user_limit=3)

    assert importing(*many(4)).code == "cap"
    assert importing(*many(3)).created == 3


def test_the_cap_is_asked_again_when_the_plan_is_confirmed(limit, importing, account):
    importing(*many(199))
    told = importing(row(B="新人", G="13500000001"), row(B="坏行", C="?", G="13500000002"))
    job = workbooks.put_decision(told, good_rows_only=True)
    make.employee(account)

    queue.run(job.pk)

    told = workbooks.Told(told.imported)
    assert (told.state, told.code) == ("refused", "cap")
    assert "还能添加 0 人" in told.message
    assert not Employee.objects.filter(name="新人").exists()


def test_a_department_that_goes_meanwhile_refuses_the_plan(
    importing, account, engineering, creator
):
    told = importing(CHEN, row(C="?", G="13500000001"))
    make.department(account, "客服部")
    by, now = Actor.of(make.creator_of(account)), told.created_at
    departments.delete(account, engineering.pk, by=by, now=now)

    told = decide(told, good_rows_only=True)

    assert told.state == "refused"
    assert on_file(account) == []


def test_rows_of_another_account_are_not_touched(importing, account, stranger, tmp_path):
    elsewhere = make.account()
    theirs = make.employee(elsewhere, phone="+8613500000000", name="别家")
    make.community(elsewhere, "别家小区")

    told = importing(CHEN, row(A="别家小区", G="13500000001"))
    decide(told, good_rows_only=True)

    theirs.refresh_from_db()
    assert theirs.name == "别家"
    assert Employee.objects.filter(account=account).count() == 1
    assert told.problems[0].code == "unknown"
    assert Community.objects.filter(account=account).count() == 1


def test_who_uploads_sees_what_is_wrong_in_a_workbook_to_mend(importing, account, tmp_path):
    told = importing(CHEN, row(D="工程二部", G="13500000001"))
    mended = tmp_path / "mended.xlsx"
    with told.imported.errors.file.open() as file:
        mended.write_bytes(file.read())
    make.department(account, "工程二部")

    again = upload(mended, account)

    assert (again.state, again.created) == ("applied", 1)
