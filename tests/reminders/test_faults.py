"""Each fault leads to the state, the other way and the sentence that it should; one of the settings
stops the account's reminders for a while and is told in the console until somebody mends it."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from haina.accounts.permissions import Level, Section
from haina.wechat.models import Connection, Template
from reminders import troubles
from reminders.models import Reminder, Trouble
from tests import make
from tests.conftest import forget_tokens
from tests.reminders.test_delivery import AFTER

pytestmark = pytest.mark.django_db(transaction=True)
SEND, SMS = "cgi-bin/message/template/send", "sms/SendSms"
NO_BALANCE = "FailedOperation.InsufficientBalanceInSmsPackage"
BAD_NUMBER = "InvalidParameterValue.IncorrectPhoneNumber"
OF_RECIPIENT = [43004, 43019, 40003, 50005]
OF_SETTINGS = [40037, 47003, 48001, 43106, 50004]


@pytest.fixture
def line(sign_in, keeper, url):
    """发送记录, as whoever manages reminders reads it."""

    def text() -> str:
        return sign_in(keeper).get(url("sent")).content.decode()

    return text


@pytest.fixture
def banner(sign_in, creator, url):
    def text() -> str:
        html = sign_in(creator).get(url("list")).content.decode()
        return html.partition('id="reminders"')[0]

    return text


@pytest.mark.parametrize("code", OF_RECIPIENT)
def test_of_the_recipient_goes_by_sms(bound, account, apply, send, told, sandbox, line, code):
    make.sms(account)
    sandbox.fault(SEND, errcode=code)
    apply()

    send()
    send()

    assert told() == (0, 1)
    assert len(sandbox.calls(SEND)) == 1
    assert not Trouble.objects.exists()
    assert "微信未送达" in line()


def test_whose_gateway_went_meanwhile_is_told_so(reviewer, account, apply, send, line, monkeypatch):
    monkeypatch.setattr("reminders.letters.can_be_sms", lambda *told: True)
    apply()

    send()

    assert Reminder.objects.get().state == "failed"
    assert "短信设置中还没有这种短信的模板" in line()


def test_blocked_as_a_follower_gets_an_sms(bound, account, apply, send, told, phone_of_wechat):
    """An administrator's phone is known from their sign-in."""
    make.sms(account)
    phone_of_wechat.blocked = True
    phone_of_wechat.save()
    apply()

    send()

    assert told() == (0, 1)


@pytest.mark.parametrize(
    ("code", "sentence"), [(43004, "用户没有关注公众号"), (43019, "用户在公众号的黑名单中")]
)
def test_without_sms_it_failed_and_says_why(bound, apply, send, sandbox, line, code, sentence):
    sandbox.fault(SEND, errcode=code)
    apply()

    send()

    assert Reminder.objects.get().state == "failed"
    assert sentence in line()


@pytest.mark.parametrize("how", [{"errcode": -1}, {"errcode": 45011}, {"status": 502}])
def test_nobodys_fault_is_tried_again(bound, apply, send, told, sandbox, line, how):
    sandbox.fault(SEND, times=1, **how)
    apply()

    send()
    assert Reminder.objects.get().state == "waiting"
    assert "请稍后重试" in line() or "一分钟后重试" in line()
    send(late=timedelta(seconds=31))

    assert told() == (1, 0)
    assert not Trouble.objects.exists()


def test_nobodys_fault_is_tried_a_bounded_number_of_times(
    bound, account, apply, send, told, sandbox
):
    make.sms(account)
    sandbox.fault(SEND, errcode=-1, times=None)
    apply()

    for hour in range(9):
        send(late=timedelta(hours=hour))
    for day in range(1, 4):
        send(late=timedelta(days=day))

    assert len(sandbox.calls(SEND)) == 7
    assert told() == (0, 1)


def test_an_answer_that_is_lost_makes_no_second_message(
    bound, apply, send, told, sandbox, settings
):
    settings.WECHAT_TIMEOUT = 1, 0.4
    sandbox.fault(SEND, times=1, drop=True)
    apply()

    send()
    settings.WECHAT_TIMEOUT = 3, 10
    send(late=timedelta(seconds=31))

    assert told() == (1, 0)
    assert Reminder.objects.get().state == "sent"


@pytest.mark.parametrize("code", OF_SETTINGS)
def test_of_the_settings_goes_by_sms_and_is_told(
    bound, account, apply, send, told, sandbox, banner, code
):
    make.sms(account)
    sandbox.fault(SEND, errcode=code, times=None)
    apply("A 1 101")
    send()
    sandbox.do("clock", forward=AFTER.total_seconds())
    apply("A 1 102")

    send(late=AFTER)

    assert told() == (0, 2)
    assert len(sandbox.calls(SEND)) == 1  # the breaker: the second was not even tried
    assert "审核提醒暂时不能通过微信发送" in banner()


@pytest.mark.parametrize("code", [40037, 50004, 40001])
def test_of_the_settings_without_sms_waits(bound, apply, send, told, sandbox, code):
    fault = sandbox.fault(SEND, errcode=code, times=None)
    apply("A 1 101")
    send()
    apply("A 1 102")
    send(late=AFTER)
    assert told() == (0, 0)
    assert Reminder.objects.filter(state="waiting").exists()
    assert fault
    sandbox.clear_faults()
    forget_tokens()

    send(late=timedelta(minutes=45))
    send(late=timedelta(minutes=90))

    assert 1 <= told()[0] <= 2
    assert not Reminder.objects.filter(state="waiting").exists()
    assert not Trouble.objects.exists()


def test_enough_for_today_goes_by_sms(bound, account, apply, send, told, sandbox, banner):
    make.sms(account)
    sandbox.fault(SEND, errcode=45009, times=1)
    apply()

    send()

    assert told() == (0, 1)
    assert "今天的调用次数已用完" in banner()
    assert Trouble.objects.get().until > timezone.now() + timedelta(hours=1)


def test_enough_for_today_is_told_today(bound, account, apply, send, sandbox, banner):
    make.sms(account)
    sandbox.fault(SEND, errcode=45009, times=1)
    apply()
    send()

    with time_machine.travel(timezone.now() + timedelta(days=1), tick=True):
        assert "今天的调用次数已用完" not in banner()


def test_enough_for_today_without_sms_waits_for_tomorrow(bound, apply, send, told, sandbox):
    sandbox.fault(SEND, errcode=45009, times=1)
    apply()
    send()
    send(late=timedelta(hours=3))
    assert told() == (0, 0)
    forget_tokens()

    send(late=timedelta(days=1))

    assert told() == (1, 0)


def test_a_bad_number_failed_for_good(reviewer, account, apply, send, told, sandbox, line):
    make.sms(account)
    sandbox.fault(SMS, code=BAD_NUMBER)
    apply()

    send()
    send(late=timedelta(hours=1))

    assert told() == (0, 0)
    assert Reminder.objects.get().state == "failed"
    assert "手机号不正确" in line()
    assert not Trouble.objects.exists()


def test_no_balance_stops_sms_until_it_is_mended(
    reviewer, account, apply, send, told, sandbox, banner, line
):
    make.sms(account)
    sandbox.fault(SMS, code=NO_BALANCE, times=None)
    apply("A 1 101")
    send()
    apply("A 1 102")
    send(late=timedelta(minutes=12))
    assert told() == (0, 0)
    assert len(sandbox.calls(SMS)) == 1
    assert "短信套餐包余量不足" in banner()
    assert "短信套餐包余量不足" in line()
    sandbox.clear_faults()

    send(late=timedelta(minutes=31))
    send(late=timedelta(minutes=62))

    assert told() == (0, 1)
    assert "短信套餐包余量不足" not in banner()
    assert Reminder.objects.filter(state="sent", count=2).exists()


def test_an_sms_without_an_answer_is_not_sent_again(reviewer, account, apply, send, sandbox, line):
    make.sms(account)
    sandbox.fault(SMS, times=1, drop=True)
    apply()

    send()
    send()
    first = Reminder.objects.earliest("pk")
    assert (first.state, first.fault) == ("failed", "no answer")
    assert "不知是否送达" in line()
    sandbox.do("clock", forward=AFTER.total_seconds())
    send(late=AFTER)

    assert Reminder.objects.get(resent=first).state == "sent"


@pytest.mark.parametrize("mends", ["template", "checked"])
def test_other_settings_end_it_at_once(bound, apply, send, told, sandbox, mends):
    sandbox.fault(SEND, errcode=40037, times=1)
    apply()
    send()
    assert Trouble.objects.exists()
    if mends == "template":
        Template.objects.update(fields={"thing1": "community", "number2": "count", "time3": "hint"})
        Template.objects.update(
            fields={"thing1": "account", "number2": "count", "time3": "submitted_at"}
        )
    else:
        Connection.objects.update(checked_at=timezone.now())

    troubles.end_mended(now=timezone.now())
    send()

    assert told() == (1, 0)
    assert not Trouble.objects.exists()


def test_the_console_tells_only_who_may_act(bound, account, apply, send, sandbox, sign_in, url):
    sandbox.fault(SEND, errcode=40037, times=None)
    apply()
    send()
    told = "审核提醒暂时不能通过微信发送：公众号里没有这个模板"
    manages = make.operator(account, sections={Section.REMINDERS: Level.MANAGE})
    views = make.operator(account, sections={Section.REMINDERS: Level.VIEW})

    assert told in sign_in(manages).get(url("list")).content.decode()
    assert "请联系创建者或系统管理员" in sign_in(manages).get(url("list")).content.decode()
    assert told not in sign_in(views).get(url("list")).content.decode()
    assert told not in sign_in(bound).get("/fengniao/residents/").content.decode()


def test_trouble_of_one_account_stops_no_other(bound, apply, send, sandbox, account):
    sandbox.fault(SEND, errcode=40037, times=None)
    apply()
    send()
    other = make.account("other")

    assert troubles.trouble_with(account, "wechat", now=timezone.now())
    assert troubles.trouble_with(other, "wechat", now=timezone.now()) is None
