"""发送记录 and 重发; 提醒规则."""

from datetime import timedelta

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from haina.accounts.models import AuditEntry
from haina.accounts.permissions import Level, Section
from reminders import tasks
from reminders.models import Plan, Reminder
from tests import make
from tests.reminders.test_delivery import AFTER

pytestmark = pytest.mark.django_db(transaction=True)


def test_every_reminder_is_there_with_what_became_of_it(reviewer, keeper, sign_in, url):
    make.reminder(reviewer, provider_id="2640:77", count=3)
    make.reminder(reviewer, state="failed", fault="43004", channel="wechat")
    make.reminder(reviewer, state="waiting", channel="wechat", count=None)

    html = sign_in(keeper).get(url("sent")).content.decode()

    for told in ("小何", "新的申请 3 条", "短信", "流水号 2640:77", "用户没有关注公众号"):
        assert told in html
    for told in ("发送失败", "已发送", "等待发送"):
        assert told in html


@pytest.mark.parametrize(
    ("query", "shown"),
    [("?state=failed", "第二位"), ("?channel=wechat", "第二位"), ("?kind=again", "第二位")],
)
def test_the_filters(account, keeper, sign_in, url, query, shown):
    first, second = (
        make.operator(account, name, sections={Section.RESIDENTS: Level.MANAGE})
        for name in ("第一位", "第二位")
    )
    make.reminder(first)
    make.reminder(second, state="failed", channel="wechat", kind="again", fault="43004")

    answer = sign_in(keeper).get(url("sent") + query, headers={"HX-Request": "true"})

    html = answer.content.decode()
    assert shown in html
    assert "第一位" not in html


def test_of_one_administrator(account, reviewer, keeper, sign_in, url):
    other = make.operator(account, "第二位")
    make.reminder(reviewer, provider_id="mine")
    make.reminder(other, provider_id="others")

    query = url("sent", administrator=other.pk)
    html = sign_in(keeper).get(query, headers={"HX-Request": "true"}).content.decode()

    assert ("others" in html, "mine" in html) == (True, False)


def test_another_accounts_are_not_there(stranger, keeper, sign_in, url):
    theirs = make.reminder(stranger, provider_id="2640:99")

    assert "2640:99" not in sign_in(keeper).get(url("sent")).content.decode()
    assert sign_in(keeper).post(url("again", theirs.pk)).status_code == 404
    assert Reminder.objects.count() == 1


def test_the_list_costs_the_same_for_many(reviewer, keeper, sign_in, url):
    client = sign_in(keeper)
    make.reminder(reviewer)
    client.get(url("sent"))
    with CaptureQueriesContext(database) as few:
        client.get(url("sent"))
    for _number in range(3):
        make.reminder(reviewer)

    with CaptureQueriesContext(database) as many:
        client.get(url("sent"))

    assert len(many) == len(few)


def test_empty_it_says_when_there_will_be_some(keeper, sign_in, url):
    assert "还没有发送过提醒" in sign_in(keeper).get(url("sent")).content.decode()
    html = sign_in(keeper).get(url("sent", state="failed")).content.decode()
    assert "没有符合条件的提醒" in html


def test_sent_again_it_is_a_new_one_once(bound, account, apply, send, told, keeper, sign_in, url):
    apply()
    send()
    first = Reminder.objects.get()
    client = sign_in(keeper)

    client.post(url("again", first.pk))
    answer = client.post(url("again", first.pk), follow=True)
    assert "一条只能重发一次" in answer.content.decode()
    send(late=AFTER)

    assert told() == (2, 0)
    assert Reminder.objects.count() == 2
    assert AuditEntry.objects.filter(action="reminder.sent_again").count() == 1


@pytest.mark.parametrize("lack", ["nothing", "off", "waits"])
def test_sent_again_only_where_there_is_something_to_tell(bound, apply, keeper, sign_in, url, lack):
    found = make.reminder(bound)
    if lack != "nothing":
        apply()
    if lack == "off":
        Reminder.objects.filter(state="waiting").delete()
        bound.reminders.delete()
    before = Reminder.objects.count()

    answer = sign_in(keeper).post(url("again", found.pk), follow=True).content.decode()

    sentence = {"nothing": "没有待处理的内容", "off": "不接收提醒", "waits": "还有待发送的提醒"}
    assert sentence[lack] in answer
    assert Reminder.objects.count() == before


def test_the_rules_are_changed_and_told(account, keeper, sign_in, url):
    wanted = {"night_begins": 21, "night_ends": 9, "again_hours": 12, "creator_hours": 0}
    wanted |= {"sms_per_month": 200}

    sign_in(keeper).post(url("rules"), wanted)

    plan = Plan.objects.get(account=account)
    assert {name: getattr(plan, name) for name in wanted} == wanted
    entry = AuditEntry.objects.get(action="reminder.rules_changed")
    assert entry.fields == sorted(wanted)
    assert "21:00 至次日 9:00 不提醒" in sign_in(keeper).get(url("list")).content.decode()


def test_rules_that_cannot_be_are_refused(account, keeper, sign_in, url):
    wanted = {"night_begins": 3, "night_ends": 9, "again_hours": -1, "creator_hours": "x"}

    answer = sign_in(keeper).post(url("rules"), wanted)

    assert answer.status_code == 422
    assert not Plan.objects.exists()
    html = answer.content.decode()
    assert html.count("请填写0到720的整数。") == 2
    assert "请填写0到100000的整数。" in html  # which was not filled in


def test_after_a_quarter_they_are_forgotten(reviewer):
    old = timezone.now() - timedelta(days=91)
    make.reminder(reviewer, ended_at=old)
    kept = make.reminder(reviewer, ended_at=old + timedelta(days=2))

    tasks.forget()

    assert list(Reminder.objects.all()) == [kept]
