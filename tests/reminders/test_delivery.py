"""An application that waits for review is told to whoever reviews: once, by one way, by day."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import connection as database
from django.db import transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from followers import sending
from followers.models import Colleague
from haina.accounts import services
from haina.accounts.audit import Actor
from haina.accounts.permissions import Level, Section
from haina.wechat import inbox
from haina.wechat.models import Template
from reminders import escalation
from reminders.letters import WINDOW, sms_this_month
from reminders.models import Escalation, Plan, Reminder
from reminders.queue import take_up, tell_reviewers
from residents.models import VerificationApplication
from residents.verification import applications, decisions
from tests import make
from tests.reminders.conftest import PHONE
from tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)
AFTER = WINDOW + timedelta(seconds=5)


def reminders() -> list[tuple[str, str, int | None]]:
    return list(Reminder.objects.order_by("pk").values_list("state", "channel", "count"))


def test_known_in_wechat_gets_a_message_and_no_sms(
    bound, account, apply, send, told, sandbox, phone_of_wechat, settings
):
    settings.HAINA_BASE_URL = "https://haina.example"
    make.sms(account)
    apply(id_number="440304199001011234", name="张三", phone="+8618913112121")

    send()
    send()

    assert told() == (1, 0)
    (message,) = sandbox.inbox(phone_of_wechat.openid)
    assert message["values"]["thing1"] == "腾讯小区"
    assert message["values"]["number2"] == "1"
    assert message["url"] == "https://haina.example/m/fengniao/review/"
    for private in ("440304199001011234", "张三", "18913112121"):
        assert private not in str(message)
    (reminder,) = Reminder.objects.all()
    assert (reminder.state, reminder.attempts, reminder.count) == ("sent", 1, 1)
    assert reminder.provider_id == str(message["msgid"])


def test_not_known_gets_an_sms_with_a_count_only(reviewer, account, apply, send, told, sandbox):
    make.sms(account)
    apply("A 1 101")
    apply("A 1 102")

    send()

    assert told() == (0, 1)
    (sms,) = sandbox.see("sms", phone=PHONE)["messages"]
    assert "2" in re.findall(r"\d+", sms["text"])
    assert "腾讯小区" not in sms["text"]


def test_neither_is_not_in_the_queue(operator, apply):
    make.switched_on(operator)

    apply()

    assert not Reminder.objects.exists()


def test_nobody_is_told_of_what_was_rolled_back(bound, apply):
    with transaction.atomic():
        apply()
        assert Reminder.objects.exists()
        transaction.set_rollback(True)

    assert not Reminder.objects.exists()


def test_what_comes_together_is_one_message(bound, apply, send, told, sandbox, phone_of_wechat):
    for room in (101, 102, 103):
        apply(f"A 1 {room}")

    send()

    assert told() == (1, 0)
    assert sandbox.inbox(phone_of_wechat.openid)[0]["values"]["number2"] == "3"
    assert reminders() == [("sent", "wechat", 3)]


@pytest.mark.parametrize("way", ["wechat", "sms"])
def test_in_ten_minutes_there_is_one(
    reviewer, account, apply, send, told, way, phone_of_wechat, sandbox
):
    make.sms(account)
    if way == "wechat":
        make.colleague(reviewer, phone_of_wechat)
    apply("A 1 101")
    send()
    apply("A 1 102")
    apply("A 1 103")
    send()
    assert sum(told()) == 1

    sandbox.do("clock", forward=AFTER.total_seconds())
    send(late=AFTER)

    assert sum(told()) == 2
    assert [count for _state, _channel, count in reminders()] == [1, 3]


def test_at_night_it_waits_for_the_morning(bound, apply, send, told, account):
    with time_machine.travel(timezone.localtime().replace(hour=23, minute=10), tick=True):
        apply("A 1 101")
        sending.work(account.pk)
        assert told() == (0, 0)
    tomorrow = timezone.localtime() + timedelta(days=1)
    with time_machine.travel(tomorrow.replace(hour=7, minute=50), tick=True):
        apply("A 1 102")
        sending.work(account.pk)
        assert told() == (0, 0)

    with time_machine.travel(tomorrow.replace(hour=8, minute=1), tick=True):
        sending.work(account.pk)

    assert told() == (1, 0)
    assert reminders() == [("sent", "wechat", 2)]


def test_a_worker_that_comes_at_night_sends_nothing(bound, apply, send, told):
    apply()

    send(late=timedelta(hours=13))

    assert told() == (0, 0)
    assert Reminder.objects.get().state == "waiting"


def test_what_may_have_arrived_is_not_repeated_at_night(bound, apply, send, told, sandbox):
    """WeChat would not know it again by then."""
    sandbox.fault("cgi-bin/message/template/send", status=502, times=1)
    apply()
    send()
    assert Reminder.objects.get().unsure_since

    send(late=timedelta(hours=13))
    assert told() == (0, 0)
    send(late=timedelta(hours=22, minutes=1))

    assert told() == (1, 0)


def test_an_account_has_a_night_of_its_own(bound, apply, send, told, account):
    Plan.objects.create(account=account, night_begins=18, night_ends=11)

    apply()
    send()
    assert told() == (0, 0)
    send(late=timedelta(hours=1, minutes=1))

    assert told() == (1, 0)


@pytest.mark.parametrize(
    "change", ["off", "rights", "communities", "deactivated", "ended", "user", "decided"]
)
def test_what_changed_since_bites(bound, apply, send, told, account, community, change):
    """Between the application and the sending."""
    application = apply()
    if change == "off":
        bound.reminders.is_on = False
        bound.reminders.save()
    elif change == "rights":
        by, now = Actor.command(account), timezone.now()
        rights = {"sections": {Section.RESIDENTS: Level.VIEW}, "fields": {}}
        services.set_rights(bound, **rights, by=by, now=now)
    elif change == "communities":
        bound.communities.set([make.community(account, "深圳小区")])
    elif change == "decided":
        by = Actor("小何", account_id=account.pk)
        decisions.reject(application, way="console", reason="不符", by=by, now=timezone.now())
    elif change == "deactivated":
        services.deactivate(bound, by=Actor.command(account), now=timezone.now())
    elif change == "ended":
        bound.ends_on = timezone.localdate() - timedelta(days=1)
        bound.save()
    else:
        bound.user.is_active = False
        bound.user.save()

    send()

    assert told() == (0, 0)
    assert Reminder.objects.get().fault == "outdated"


def test_what_ended_so_does_not_swallow_the_next(bound, apply, send, told):
    switch = bound.reminders
    apply("A 1 101")
    switch.is_on = False
    switch.save()
    send()
    switch.is_on = True
    switch.save()

    apply("A 1 102")
    send()

    assert told() == (1, 0)


def test_only_whoever_may_review_is_told(account, community, apply):
    """Rights, communities, switches and accounts: everybody else has a phone and a switch, too."""
    other = make.community(account, "深圳小区")
    may = {Section.RESIDENTS: Level.MANAGE}
    people = {
        "all communities": make.operator(account, sections=may),
        "this community": make.operator(account, sections=may, communities=(community, other)),
        "another community": make.operator(account, sections=may, communities=(other,)),
        "views": make.operator(account, sections={Section.RESIDENTS: Level.VIEW}),
        "no right": make.operator(account, sections={Section.REMINDERS: Level.MANAGE}),
        "another account": make.creator_of(make.account("other")),
        "over": make.operator(account, sections=may),
    }
    for number, person in enumerate(people.values()):
        person.user.phone = f"+861380013{number:04d}"
        person.user.save()
        make.switched_on(person)
    off = make.operator(account, sections=may)
    off.user.phone = "+8613800139999"
    off.user.save()
    people["over"].deactivated_at = timezone.now()
    people["over"].save()

    apply()

    told = set(Reminder.objects.values_list("administrator", flat=True))
    assert told == {people["all communities"].pk, people["this community"].pk}


def test_the_count_is_of_ones_own_communities(bound, account, community, apply, send, sandbox):
    """A number that tells of another community would leak."""
    other = make.community(account, "深圳小区")
    apply("A 1 101")
    for room in (101, 102, 103):
        apply(f"B 1 {room}", place=other)

    send()

    openid = Colleague.objects.get(administrator=bound).follower.openid
    (message,) = sandbox.inbox(openid)
    assert (message["values"]["number2"], message["values"]["thing1"]) == ("1", "腾讯小区")


def test_of_several_communities_the_first_is_named(
    creator, account, apply, send, sandbox, phone_of_wechat
):
    make.switched_on(creator)
    make.colleague(creator, phone_of_wechat)
    apply("A 1 101")
    apply("B 1 101", place=make.community(account, "深圳小区"))

    send()

    (message,) = sandbox.inbox(phone_of_wechat.openid)
    assert message["values"]["thing1"] == "腾讯小区等2个小区"


def test_bound_since_gets_it_in_wechat(reviewer, account, apply, send, told, phone_of_wechat):
    make.sms(account)
    apply()
    make.colleague(reviewer, phone_of_wechat)

    send()

    assert told() == (1, 0)


def test_unbound_since_gets_an_sms(bound, account, apply, send, told):
    make.sms(account)
    apply()
    Colleague.objects.all().delete()

    send()

    assert told() == (0, 1)


def test_accepted_and_not_delivered_goes_by_sms(
    bound, account, apply, send, told, connection, phone_of_wechat
):
    make.sms(account)
    apply()
    send()
    number = Reminder.objects.get().provider_id
    now = timezone.now()
    message = {"FromUserName": phone_of_wechat.openid, "CreateTime": str(int(now.timestamp()))}
    message |= {"MsgType": "event", "Event": "TEMPLATESENDJOBFINISH"}
    message |= {"MsgID": number, "Status": "failed:user block"}
    inbox.receive(connection, message, now=now)
    inbox.work()

    send()
    send()

    assert told() == (1, 1)
    assert reminders() == [("sent", "sms", 1)]


def test_ten_thousand_make_one_message(bound, account, community, apply, send, told, sandbox):
    """One row takes them all up, and says how many."""
    make.sms(account)
    first = apply()
    copies = [copy_of(first) for _number in range(9_999)]
    VerificationApplication.objects.bulk_create(copies)
    with transaction.atomic(), CaptureQueriesContext(database) as asked:
        for copy in copies[:50]:
            tell_reviewers(VerificationApplication, application=copy, now=timezone.now())

    assert len(asked) / 50 <= 4
    assert Reminder.objects.count() == 1
    send()
    send()

    assert told() == (1, 0)
    assert reminders() == [("sent", "wechat", 10_000)]


def copy_of(application: VerificationApplication) -> VerificationApplication:
    same = {
        each.attname: getattr(application, each.attname)
        for each in application._meta.concrete_fields
        if not each.primary_key
    }
    # Of no room: a room has one of each follower.
    return VerificationApplication(**same | {"room_id": None})


def test_many_at_once_leave_one_row(bound, community, account):
    """Each in a transaction of its own, in different communities, so that no lock orders them."""
    bound.communities.clear()
    places = [make.community(account, f"小区{number}") for number in range(4)]
    followers = [make.follower(account) for _place in places]
    for place in places:
        make.node(place, "A 1 101")

    def submit(number: int) -> None:
        make.application(places[number], followers[number])

    together(submit, range(4))

    assert Reminder.objects.count() == 1


def test_what_comes_while_it_is_being_sent_is_told_later(bound, apply, send, told, account):
    """The row that is on its way takes up nothing more."""
    apply("A 1 101")
    row = sending.claim(sending.posts[index_of_ours()], account.pk, timezone.now())
    post = sending.posts[index_of_ours()]
    assert post.before(row) is None
    apply("A 1 102")

    assert Reminder.objects.count() == 2
    send(late=timedelta(minutes=3))
    send(late=timedelta(minutes=3) + AFTER)

    assert 1 <= told()[0] <= 2
    assert not Reminder.objects.filter(state="waiting").exists()


def index_of_ours() -> int:
    return next(n for n, post in enumerate(sending.posts) if post.rows is Reminder)


def test_an_uncommitted_application_holds_the_sending_back(bound, apply, account, told, community):
    """Else it would count on a message that is gone before it is there."""
    apply("A 1 101")
    follower = make.follower(account)
    begun = make.draft(community, follower, "A 1 102")
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        by = Actor("住户", account_id=account.pk)
        applications.submit(begun, proven=True, by=by, now=timezone.now())
        pool.submit(work_and_close, account.pk).result(timeout=60)
        assert told() == (0, 0)
    sending.work(account.pk)

    assert told() == (1, 0)
    assert reminders() == [("sent", "wechat", 2)]


def work_and_close(account_id: int) -> None:
    try:
        sending.work(account_id)
    finally:
        database.close()


# What nobody decides.


def hours_later(account, hours: float) -> None:
    with time_machine.travel(timezone.now() + timedelta(hours=hours), tick=True):
        escalation.work(account, now=timezone.now())
        sending.work(account.pk)


def test_undecided_it_is_told_again_and_then_to_the_creator(
    bound, creator, account, apply, send, told, sandbox
):
    make.sms(account)
    creator.user.phone = "+8613900139000"
    creator.user.save()
    apply()
    send()
    hours_later(account, 23)
    assert told() == (1, 0)

    hours_later(account, 24.1)
    hours_later(account, 24.2)
    assert told() == (2, 0)
    assert not sandbox.see("sms", phone="+8613900139000")["messages"]
    hours_later(account, 48.3)
    hours_later(account, 48.5)
    hours_later(account, 100)

    assert told() == (2, 0)
    assert len(sandbox.see("sms", phone="+8613900139000")["messages"]) == 1
    kinds = list(Reminder.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["new", "again", "creator"]


def test_the_creator_is_told_though_they_wanted_no_more(creator, account, apply, send, sandbox):
    """What nobody decides meets a reminder that they wanted when it was put into the queue."""
    make.sms(account)
    creator.user.phone = PHONE
    creator.user.save()
    switch = make.switched_on(creator)
    apply()
    switch.is_on = False
    switch.save()
    with transaction.atomic():
        take_up(account.pk, "creator", [(creator.pk, "sms")], now=timezone.now())

    send()

    assert len(sandbox.see("sms", phone=PHONE)["messages"]) == 1
    assert Reminder.objects.get().kind == "creator"


def test_decided_nobody_is_told_again(bound, account, apply, send, told):
    application = apply()
    send()
    by = Actor("小何", account_id=account.pk)
    decisions.reject(application, way="console", reason="不符", by=by, now=timezone.now())

    hours_later(account, 25)

    assert told() == (1, 0)
    assert not Escalation.objects.exists()


def test_without_a_rule_nobody_is_told_again(bound, account, apply, send, told):
    Plan.objects.create(account=account, again_hours=0)
    apply()
    send()

    hours_later(account, 100)

    assert told() == (1, 0)


def test_two_at_once_tell_again_once(bound, account, apply, send, told):
    apply()
    send()
    later = timezone.now() + timedelta(hours=24.1)

    with time_machine.travel(later, tick=True):
        together(lambda _number: escalation.work(account, now=timezone.now()), range(2))
        sending.work(account.pk)

    assert told() == (2, 0)
    assert Escalation.objects.count() == 1


# Limits.


def test_the_months_sms_have_a_cap(reviewer, account, apply, send, told):
    make.sms(account)
    Plan.objects.create(account=account, sms_per_month=1)
    apply("A 1 101")
    send()
    apply("A 1 102")

    send(late=AFTER)

    assert told() == (0, 1)
    assert sms_this_month(account.pk, timezone.now()) == 1
    assert Reminder.objects.latest("pk").fault == "capped"


def test_an_account_has_a_limit_of_a_day(bound, apply, send, told, settings):
    settings.REMINDERS_PER_DAY = 1
    apply("A 1 101")
    send()
    apply("A 1 102")
    send(late=AFTER)
    assert told() == (1, 0)

    send(late=timedelta(days=1, minutes=1))

    assert told() == (2, 0)


def test_without_a_template_it_goes_by_sms(bound, account, apply, send, told):
    make.sms(account)
    Template.objects.all().delete()
    apply()

    send()

    assert told() == (0, 1)
