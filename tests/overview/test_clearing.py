"""清空演示数据: all that an account was opened with goes at once, and of others nothing."""

import pytest
from django.apps import apps
from django.utils import timezone

from communities.models import Community
from haina.accounts.audit import Actor
from haina.accounts.models import Administrator, AuditEntry, ServiceAccount
from haina.accounts.permissions import Level, Section
from haina.demo import data
from haina.jobs import queue
from haina.jobs.models import Job
from haina.overview.tasks import ask_to_clear
from residents.models import RemovedResident, Resident, VerificationApplication
from staff.models import Department, Employee
from tests import make
from tests.jobs.test_kill_points import COMMITTED, EVERY_JOB, die_at, go_on
from tests.overview.conftest import fill
from tests.together import together

pytestmark = pytest.mark.django_db

CLEAR = "/demo/overview/clear/"


@pytest.fixture
def demo(db) -> ServiceAccount:
    return data.load(now=timezone.now())


@pytest.fixture
def boss(demo) -> Administrator:
    return make.creator_of(demo)


def typed(**changes) -> dict:
    return {"once": "a1b2c3", "name": "蜂鸟小区A", "password": data.PASSWORD} | changes


def cleared(client) -> Job:
    client.post(CLEAR, typed())
    job = Job.objects.get(kind="overview.clear")
    queue.run(job.pk)
    job.refresh_from_db()
    return job


def test_it_says_before_what_goes(sign_in, boss, demo):
    mine = make.community(demo, "我的小区")
    make.resident(mine, "A 1 101")
    make.application(mine, make.follower(demo), "A 1 101")

    context = sign_in(boss).get(CLEAR).context

    assert context["parts"] == [
        ("小区", 2),
        ("楼栋和房间", 72 + 9 + 3),
        ("住户", 41),
        ("回收站中的住户", 0),
        ("认证申请", 1),
        ("员工", 24),
        ("部门", 6),
    ]


def test_everything_goes_but_administrators_connections_and_followers(sign_in, boss, demo):
    fill(demo.communities.get(), boss)
    follower, connection = make.follower(demo), make.wechat(demo)
    places = demo.administrators.count()
    client = sign_in(boss)

    assert cleared(client).state == "done"

    gone = (Community, Resident, RemovedResident, VerificationApplication, Employee)
    assert [model.objects.count() for model in gone] == [0] * 5
    assert list(Department.objects.values_list("parent", flat=True)) == [None]
    assert demo.administrators.count() == places
    follower.refresh_from_db()
    connection.refresh_from_db()
    entry = AuditEntry.objects.get(action="account.demo_cleared")
    assert (entry.account, entry.user, entry.ids) == (demo, boss.user, [demo.pk])
    assert not Resident.pgh_event_model.objects.exclude(name="").exists()
    assert client.get("/demo/overview/").status_code == 200


def test_another_account_stays_as_it_is(sign_in, boss, demo, stranger):
    ServiceAccount.objects.filter(pk=stranger.account_id).update(is_demo=True)
    before_demo = counts_of_everything(without=demo)
    fill(stranger.account.communities.get(), stranger)
    make.employee(stranger.account, stranger.account.communities.get())
    before = counts_of_everything(without=demo)
    assert before != before_demo

    assert cleared(sign_in(boss)).state == "done"

    assert counts_of_everything(without=demo) == before


def counts_of_everything(*, without: ServiceAccount) -> dict[str, int]:
    """The rows of each fenced table that are not the account's."""
    counts = {}
    for model in apps.get_models():
        rows = model._default_manager.all()
        if hasattr(rows, "account_path") and model is not AuditEntry:
            others = rows.exclude(**{rows.account_path: without.pk})
            counts[model._meta.label] = others.count()
    return counts


def test_it_can_be_done_once(sign_in, boss, demo):
    client = sign_in(boss)
    cleared(client)
    mine = make.resident(make.community(demo, "我的小区"))

    page = client.get(CLEAR).content.decode()
    client.post(CLEAR, typed(once="d4e5f6"))

    assert "这个服务号里没有演示数据" in page
    assert Job.objects.filter(kind="overview.clear").count() == 1
    assert "清空演示数据" not in client.get("/demo/overview/").content.decode()
    mine.refresh_from_db()


def test_an_account_without_demo_data_is_not_cleared(sign_in, creator, community):
    client = sign_in(creator)

    asked = client.post("/fengniao/overview/clear/", typed(password=make.PASSWORD))

    assert asked.status_code == 422
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": "蜂鸟小区B"}, "与服务号名称“蜂鸟小区A”不一致。"),
        ({"password": "mei-you-zhe-ge-1"}, "密码"),
    ],
)
def test_who_types_something_else_clears_nothing(sign_in, boss, demo, changes, told):
    answer = sign_in(boss).post(CLEAR, typed(**changes))

    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not Job.objects.exists()


def test_an_operator_does_not_clear(sign_in, demo):
    operator = make.operator(demo, sections=dict.fromkeys(Section, Level.MANAGE))
    client = sign_in(operator)

    asked = client.post(CLEAR, typed(password=make.PASSWORD))

    assert "只有创建者和系统管理员" in asked.content.decode()
    assert not Job.objects.exists()
    assert "清空演示数据" not in client.get("/demo/overview/").content.decode()


def test_whoever_is_limited_to_its_communities_must_be_dealt_with_first(sign_in, boss, demo):
    make.operator(demo, "小林", communities=tuple(demo.communities.all()))

    asked = sign_in(boss).post(CLEAR, typed())

    assert "管理员“小林”只负责其中的小区" in asked.content.decode()
    assert not Job.objects.exists()


def test_who_has_lost_the_right_meanwhile_clears_nothing(sign_in, demo):
    system = make.system(demo)
    client = sign_in(system)
    client.post(CLEAR, typed(password=make.PASSWORD))
    sections = {Section.ADMINISTRATORS: Level.MANAGE}
    other = make.operator(demo, sections=sections)
    Job.objects.update(asked_by=other)

    job = Job.objects.get()
    queue.run(job.pk)
    job.refresh_from_db()

    assert (job.state, Resident.objects.count()) == ("failed", 40)
    assert "只有创建者和系统管理员" in job.message


def test_whoever_is_in_wecom_stays_there(sign_in, boss, demo):
    corp = make.corp(demo)
    there = make.department(demo, "总部")
    Department.objects.filter(pk=there.pk).update(wecom_id=7)
    below = make.department(demo, "分部", there)
    member = make.employee(demo, department_ids=[below.pk])
    Employee.objects.filter(pk=member.pk).update(userid="hn1", corp_id=corp.corp_id)

    assert cleared(sign_in(boss)).state == "done"

    assert list(Employee.objects.values_list("userid", flat=True)) == ["hn1"]
    assert set(Department.objects.exclude(parent=None)) == {there, below}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("point", EVERY_JOB)
def test_killed_anywhere_it_is_done_whole_or_not_at_all(demo, boss, point):
    job = ask_to_clear(demo, once="a1b2c3", by=Actor.of(boss))

    die_at(point, job)
    left = (Community.objects.count(), Resident.objects.count(), Employee.objects.count())
    assert left == ((0, 0, 0) if point == COMMITTED else (1, 40, 24))

    assert go_on(job).state == "done"
    assert not Resident.objects.exists()
    assert AuditEntry.objects.filter(action="account.demo_cleared").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_clears_and_the_other_is_refused(demo, boss):
    jobs = [ask_to_clear(demo, once=once, by=Actor.of(boss)) for once in ("a1", "b2")]

    together(lambda number: queue.run(jobs[number].pk), range(2))

    done, refused = Job.objects.order_by("state")
    assert (done.state, refused.state) == ("done", "failed")
    assert "没有演示数据" in refused.message
    assert AuditEntry.objects.filter(action="account.demo_cleared").count() == 1
