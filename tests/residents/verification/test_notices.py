"""Applicants are told what was decided, once: by WeChat, or by SMS where that refuses for good."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection as database
from django.db import transaction
from django.utils import timezone

from followers import posts, sending, ways
from haina.accounts.scope import Scope
from haina.sms.models import Message
from haina.wechat import inbox
from haina.wechat.models import Callback, Template
from haina.wechat.services import send_test
from residents import removal
from residents.models import Notice
from residents.personal.erasing import erase
from residents.personal.held import found
from residents.verification import decisions, notices
from residents.verification.notices import notice_line
from tests import make
from tests.conftest import forget_tokens
from tests.jobs.processes import wait_until
from tests.together import together, until_somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)
PHONE, SEND = "+8613800138000", "cgi-bin/message/template/send"
HOUR = timedelta(hours=1)


def told(sandbox, application) -> tuple[int, int]:
    """How many template messages and SMS arrived."""
    in_wechat = sandbox.inbox(application.follower.openid)
    return len(in_wechat), len(sandbox.see("sms", phone=PHONE)["messages"])


def test_it_arrives_and_says_what_was_decided(decided, sandbox, send, settings):
    settings.HAINA_BASE_URL = "https://haina.example"

    send()
    send()

    (message,) = sandbox.inbox(decided.follower.openid)
    assert message["values"]["const3"] == "审核未通过"
    assert message["values"]["thing2"] == "A 1 101"
    assert message["url"] == f"https://haina.example/m/fengniao/applications/{decided.pk}/"
    notice = decided.notices.get()
    assert (notice.state, notice.channel, notice.attempts) == ("sent", "wechat", 1)
    assert notice.facts == ""
    assert notice.provider_id == str(message["msgid"])
    assert notice_line(decided) == "已微信通知"


def test_before_it_is_sent_the_page_says_so(decided):
    assert notice_line(decided) == "正在通知"


def test_two_workers_send_it_once(decided, sandbox, account):
    make.sms(account)

    together(lambda _number: sending.work(account.pk), range(2))

    assert told(sandbox, decided) == (1, 0)
    assert len(sandbox.calls(SEND)) == 1


def test_what_one_worker_has_is_no_others_before_its_lease_is_over(decided, account):
    now = timezone.now()
    assert sending.claim(notices.POST, account.pk, now).attempts == 1

    assert sending.claim(notices.POST, account.pk, now) is None
    assert sending.claim(notices.POST, account.pk, now + sending.LEASE).attempts == 2


@pytest.mark.parametrize("code", [43004, 40003, 47003, 40037, 48001, 43106, 50005, 40032])
def test_what_wechat_refuses_for_good_goes_by_sms(decided, sandbox, send, account, code):
    make.sms(account)
    sandbox.fault(SEND, errcode=code)

    send()
    send()

    assert told(sandbox, decided) == (0, 1)
    assert notice_line(decided) == "已短信通知"
    assert len(sandbox.calls(SEND)) == 1


@pytest.mark.parametrize("missing", ["template", "connection"])
def test_without_a_template_or_a_connection_it_goes_by_sms(
    decided, sandbox, send, account, connection, missing
):
    make.sms(account)
    (Template.objects.all() if missing == "template" else connection).delete()

    send()

    assert told(sandbox, decided) == (0, 1)


def test_without_sms_the_page_says_why_nobody_was_told(decided, sandbox, send):
    sandbox.fault(SEND, errcode=43004)

    send()

    assert decided.notices.get().facts == ""
    assert notice_line(decided) == "未能通知：用户没有关注公众号。"


def test_who_left_gets_an_sms_and_no_message(decided, sandbox, send, account):
    make.sms(account)
    type(decided.follower).objects.update(subscribed=False)

    send()

    assert told(sandbox, decided) == (0, 1)
    assert not sandbox.calls(SEND)


@pytest.mark.parametrize("where", ["here", "there"])
def test_who_is_blocked_gets_neither(decided, sandbox, send, account, where):
    make.sms(account)
    if where == "here":
        type(decided.follower).objects.update(blocked=True, subscribed=False)
    else:
        sandbox.fault(SEND, errcode=43019)

    send()

    assert told(sandbox, decided) == (0, 0)
    assert notice_line(decided) == "未能通知：用户在公众号的黑名单中。"


def test_a_phone_that_nobody_proved_gets_no_sms(decided, sandbox, send, account):
    make.sms(account)
    sandbox.fault(SEND, errcode=43004)
    type(decided).objects.update(phone_proven_at=None)

    send()

    assert told(sandbox, decided) == (0, 0)


@pytest.mark.parametrize("how", [{"errcode": -1}, {"errcode": 45011}, {"status": 502}])
def test_what_is_nobodys_fault_is_tried_again_later(decided, sandbox, send, how):
    sandbox.fault(SEND, times=2, **how)

    send()
    send()
    assert len(sandbox.calls(SEND)) == 1
    assert notice_line(decided).startswith("正在通知，稍后重试：")
    send(late=timedelta(seconds=31))
    send(late=timedelta(seconds=160))

    assert told(sandbox, decided) == (1, 0)
    assert decided.notices.get().attempts == 3


@pytest.mark.parametrize("how", [{"slow": 1.2}, {"drop": True}])
def test_an_answer_that_is_lost_makes_no_second_message(decided, sandbox, send, settings, how):
    """A late one has arrived all the same, and WeChat knows its client_msg_id again."""
    settings.WECHAT_TIMEOUT = 1, 0.4
    sandbox.fault(SEND, times=1, **how)

    send()
    settings.WECHAT_TIMEOUT = 3, 10
    assert wait_until(lambda: "slow" not in how or told(sandbox, decided) == (1, 0), 20)
    send(late=timedelta(seconds=31))

    assert told(sandbox, decided) == (1, 0)
    assert decided.notices.get().state == "sent"


@pytest.mark.parametrize("has_sms", [True, False])
def test_tries_have_an_end(decided, sandbox, send, account, has_sms):
    if has_sms:
        make.sms(account)
    sandbox.fault(SEND, errcode=-1, times=None)

    for hour in range(20):
        send(late=hour * HOUR)

    assert len(sandbox.calls(SEND)) == ways.MOST_ATTEMPTS
    assert told(sandbox, decided) == (0, int(has_sms))
    assert decided.notices.get().state == ("sent" if has_sms else "failed")


def test_enough_for_today_waits_for_tomorrow(decided, sandbox, send):
    sandbox.fault(SEND, errcode=45009, times=1)

    send()
    before = decided.notices.get().next_at
    assert timedelta() < before - timezone.now() <= timedelta(days=1, minutes=6)
    forget_tokens()
    send(late=timedelta(days=1, minutes=6))

    assert told(sandbox, decided) == (1, 0)


def test_trouble_of_the_account_stops_its_others_and_no_other_accounts(decided, sandbox, send):
    other = notices.tell_applicant("approved", decided, now=timezone.now())
    sandbox.fault(SEND, errcode=50004, times=None)

    send()

    assert len(sandbox.calls(SEND)) == 1
    waiting = Notice.objects.filter(state="waiting", next_at__gt=timezone.now() + HOUR / 2)
    assert waiting.count() == 2
    assert len(set(waiting.values_list("next_at", flat=True))) == 1  # put off together
    assert Notice.objects.get(pk=other.pk).attempts == 0


def test_trouble_of_the_account_uses_up_no_attempt(decided, sandbox, send):
    sandbox.fault(SEND, errcode=50004, times=None)

    for hour in range(12):
        forget_tokens()
        send(late=hour * (HOUR + timedelta(minutes=1)))

    assert len(sandbox.calls(SEND)) == 12
    notice = decided.notices.get()
    assert (notice.state, notice.attempts) == ("waiting", 0)


def test_what_waits_for_an_account_for_days_goes_by_sms(decided, sandbox, send, account):
    make.sms(account)
    sandbox.fault(SEND, errcode=50004, times=None)
    send()
    calls = len(sandbox.calls(SEND))

    send(late=timedelta(days=3, minutes=1))

    assert told(sandbox, decided) == (0, 1)
    assert len(sandbox.calls(SEND)) == calls


def remove(resident, by) -> None:
    removal.remove(resident.community, [resident.pk], by=by, now=timezone.now())


def test_a_decision_is_told_although_the_record_was_deleted(
    applicant, community, act, by, sandbox, send
):
    record = make.resident(community, name="李四", phone=PHONE)
    application = make.application(community, applicant, name="王五", phone=PHONE)
    decisions.reject(application, reason="姓名与登记不符", **act)
    assert application.notices.get().resident == record
    remove(record, by)

    send()

    assert told(sandbox, application) == (1, 0)


@pytest.fixture
def revoked(applicant, community, by):
    resident = make.verified(make.resident(community, phone=PHONE), applicant)
    decisions.revoke(resident, reason="已搬走", by=by, now=timezone.now())
    remove(resident, by)
    return resident


@pytest.mark.parametrize(("refused", "arrived"), [(False, (1, 0)), (True, (0, 1))])
def test_a_revocation_is_told_although_the_resident_was_deleted(
    revoked, applicant, account, sandbox, send, refused, arrived
):
    make.sms(account)
    if refused:
        sandbox.fault(SEND, errcode=43004)

    send()

    in_wechat = sandbox.inbox(applicant.openid)
    assert (len(in_wechat), len(sandbox.see("sms", phone=PHONE)["messages"])) == arrived


def test_who_is_erased_is_told_no_more(revoked, account, by, sandbox, send, applicant):
    scope, now = Scope.whole(account), timezone.now()
    other = tell_somebody_else(revoked.community, account, now)
    person = found(revoked.pk, scope)

    erase(person, [revoked.pk], scope=scope, by=by, now=now, reason="本人要求")

    assert list(Notice.objects.all()) == [other]
    send()
    assert not sandbox.inbox(applicant.openid)


def tell_somebody_else(community, account, now) -> Notice:
    other = make.verified(make.resident(community, "A 1 102"), make.follower(account))
    return notices.tell_resident("revoked", other, now, now=now)


def finished(connection, application, number: str, status: str, *, copies: int = 1) -> None:
    """WeChat posts how a message ended."""
    now = timezone.now()
    message = {
        "FromUserName": application.follower.openid,
        "CreateTime": str(int(now.timestamp())),
        "MsgType": "event",
        "Event": "TEMPLATESENDJOBFINISH",
        "MsgID": number,
        "Status": status,
    }
    for _copy in range(copies):
        inbox.receive(connection, message, now=now)


@pytest.mark.parametrize("status", ["failed:user block", "failed: system failed"])
def test_accepted_and_not_delivered_goes_by_sms_once(
    decided, sandbox, send, account, connection, status
):
    make.sms(account)
    send()
    number = decided.notices.get().provider_id

    finished(connection, decided, number, status, copies=3)
    inbox.work()
    send()
    send()

    assert told(sandbox, decided)[1] == 1
    assert Callback.objects.get().state == "done"
    assert notice_line(decided) == "已短信通知"


def test_who_was_blocked_meanwhile_gets_no_sms_instead(decided, sandbox, send, account, connection):
    make.sms(account)
    send()
    type(decided.follower).objects.update(blocked=True)

    finished(connection, decided, decided.notices.get().provider_id, "failed: system failed")
    inbox.work()
    send()

    assert told(sandbox, decided)[1] == 0
    assert notice_line(decided) == "未能通知：用户在公众号的黑名单中。"


def test_an_outcome_that_comes_before_our_own_note_counts(
    decided, sandbox, send, account, connection
):
    make.sms(account)
    send()
    number = decided.notices.get().provider_id
    finished(connection, decided, number, "failed:user block")
    Notice.objects.update(state="waiting", provider_id="", next_at=timezone.now())
    inbox.work()

    send()

    assert told(sandbox, decided)[1] == 1


def test_an_outcome_that_comes_with_our_own_note_counts(
    decided, sandbox, send, account, connection
):
    """It is handled while what was sent is written down and not there for others yet."""
    make.sms(account)
    send()
    row = decided.notices.get()
    Notice.objects.update(state="waiting", provider_id="", facts=notices.facts_of("王", "A", ""))
    waiting = decided.notices.get()
    letter = notices.letter_of(waiting)

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            verdict = posts.Sent(row.provider_id)
            sending.write_down(notices.POST, waiting, letter, verdict)
            handled = pool.submit(meanwhile, connection, decided, row.provider_id)
            until_somebody_waits()
        handled.result(timeout=30)
    send()

    assert told(sandbox, decided)[1] == 1


def meanwhile(connection, application, number: str) -> None:
    try:
        finished(connection, application, number, "failed: system failed")
        inbox.work()
    finally:
        database.close()


def test_a_test_message_is_no_notice(decided, sandbox, send, connection, by):
    """WeChat tells of a test to the same follower while nobody knows whether a notice arrived."""
    sandbox.fault(SEND, times=1, drop=True)
    send()
    told_of = {"once": "a" * 32, "by": by, "now": timezone.now()}
    number = send_test(connection.templates.get(), decided.follower, **told_of)
    finished(connection, decided, number, "success")
    inbox.work()

    send(late=timedelta(seconds=31))

    assert told(sandbox, decided) == (2, 0)
    assert decided.notices.get().provider_id != number


def test_success_changes_nothing(decided, sandbox, send, account, connection):
    make.sms(account)
    send()
    finished(connection, decided, decided.notices.get().provider_id, "success")

    inbox.work()
    send()

    assert told(sandbox, decided) == (1, 0)


def test_of_an_sms_without_an_answer_nobody_knows_so_it_is_not_repeated(
    decided, sandbox, send, account
):
    make.sms(account)
    sandbox.fault(SEND, errcode=43004)
    sandbox.fault("sms/SendSms", drop=True, times=None)

    send()
    send(late=timedelta(days=1))

    assert Message.objects.count() == 1
    assert "不知是否送达" in notice_line(decided)


@pytest.mark.parametrize("code", ["RequestLimitExceeded", "LimitExceeded.PhoneNumberOneHourLimit"])
def test_an_sms_that_was_surely_not_taken_is_tried_again(decided, sandbox, send, account, code):
    make.sms(account)
    sandbox.fault(SEND, errcode=43004)
    sandbox.fault("sms/SendSms", code=code, times=1)

    send()
    send(late=timedelta(seconds=31))

    assert told(sandbox, decided)[1] == 1


def test_a_wrong_sms_setting_is_told(decided, sandbox, send, account):
    make.sms(account, sign_name="别的签名")
    sandbox.fault(SEND, errcode=43004)

    send()

    assert notice_line(decided).startswith("未能通知：短信签名不正确")
