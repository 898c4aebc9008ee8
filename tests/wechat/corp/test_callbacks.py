"""The addresses to which WeCom posts, and what its posts lead to."""

import time
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from haina.accounts.models import AuditEntry
from haina.wechat import signals, tasks
from haina.wechat.corp import inbox
from haina.wechat.models import Corp, CorpCallback, SuiteTicket
from haina.wechat.models.posted import MOST_ATTEMPTS
from tests.wechat.corp.conftest import CORP_ID, connected
from tests.wechat.corp.posting import address, changed, command, post, post_text
from tests.wechat.posting import AES_KEY, OTHER_KEY, TOKEN, seal, xml

SUITE, PROVIDER = "wwsuite00000000001", "wwprovider00000001"
OF_SUITE = {"token": TOKEN, "key": AES_KEY, "receiver": SUITE}


@pytest.fixture
def corp(account) -> Corp:
    return connected(account, token=TOKEN, aes_key=AES_KEY)


@pytest.fixture
def door(corp) -> str:
    return f"/wecom/{corp.door}/"


@pytest.fixture
def suite(settings):
    settings.WECOM_SUITE_ID, settings.WECOM_PROVIDER_CORP_ID = SUITE, PROVIDER
    settings.WECOM_SUITE_TOKEN, settings.WECOM_SUITE_AES_KEY = TOKEN, AES_KEY


@pytest.fixture
def hints():
    told = []

    def hear(corp, now, **more):
        told.append(corp.corp_id)

    signals.contacts_changed.connect(hear)
    yield told
    signals.contacts_changed.disconnect(hear)


def knock(client, door, fields=None, **wrong):
    right = {"token": TOKEN, "key": AES_KEY, "receiver": CORP_ID}
    return post(client, door, fields or changed(CORP_ID), **right | wrong)


def tell_suite(client, info, **fields):
    return post(client, "/wecom/suite/", command(info, SUITE, **fields), **OF_SUITE)


@pytest.mark.parametrize(
    ("path", "receiver"), [("/wecom/{}/", CORP_ID), ("/wecom/suite/", PROVIDER)]
)
def test_the_echo_comes_back_opened_and_bare(client, corp, suite, path, receiver):
    sealed = seal("1616140317555161061", key=AES_KEY, app_id=receiver)
    url = address(path.format(corp.door), sealed, TOKEN, echostr=sealed)

    reply = client.get(url)

    assert (reply.status_code, reply.content) == (200, b"1616140317555161061")


def test_a_verified_address_is_marked(client, corp, door):
    sealed = seal("1", key=AES_KEY, app_id=CORP_ID)

    client.get(address(door, sealed, TOKEN, echostr=sealed))

    corp.refresh_from_db()
    assert corp.verified_at


@pytest.mark.parametrize("path", ["/wecom/suite/", "/wecom/no-such-door/"])
def test_without_a_suite_or_a_corp_there_is_nothing(client, db, settings, path):
    settings.WECOM_SUITE_ID = ""

    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 404


def test_a_change_is_a_row_at_once_and_a_hint_later(client, corp, door, hints):
    reply = knock(client, door)

    assert (reply.status_code, reply.content) == (200, b"")
    assert CorpCallback.objects.get().state == CorpCallback.State.WAITING
    assert hints == []

    assert inbox.work() == 1
    assert hints == [CORP_ID]
    assert CorpCallback.objects.get().state == CorpCallback.State.DONE


def test_no_token_is_needed_of_our_own(corp, door):
    assert knock(Client(enforce_csrf_checks=True), door).status_code == 200


def test_a_repetition_is_known_and_another_of_that_second_too(client, corp, door):
    for userid in ("a", "a", "b"):
        knock(client, door, changed(CORP_ID, userid, CreateTime=int(time.time()) // 2 * 2))

    assert CorpCallback.objects.count() == 2


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"token": "other"}, 403),
        ({"late": 301}, 403),
        ({"late": -400}, 403),
        ({"msg_signature": "0" * 40}, 403),
        ({"timestamp": "x"}, 403),
        ({"key": OTHER_KEY}, 400),
        ({"receiver": "ww0000000000000002"}, 400),
        ({"body": "<xml><Encrypt/></xml>"}, 400),
        ({"body": "<xml></xml>"}, 400),
        ({"body": '<!DOCTYPE x [<!ENTITY a "b">]><xml><Encrypt>&a;</Encrypt></xml>'}, 400),
        ({"body": xml({"Encrypt": "bm90aGluZw=="})}, 403),
        ({"body": xml({"MsgType": "event", "Event": "change_contact"})}, 400),
        ({"body": xml({"Encrypt": "x" * 70_000})}, 413),
        ({"fields": changed("ww0000000000000002")}, 400),
        ({"fields": changed(CORP_ID, CreateTime=1)}, 400),
        ({"fields": {"a": "b"}}, 400),
    ],
)
def test_what_is_not_wecoms_is_refused_and_leaves_nothing(client, corp, door, wrong, status):
    wrong = dict(wrong)

    assert knock(client, door, wrong.pop("fields", None), **wrong).status_code == status
    assert not CorpCallback.objects.exists()


@pytest.mark.parametrize("dtd", ["", "<!DOCTYPE xml>", '<!DOCTYPE xml [<!ENTITY a "b">]>'])
def test_a_dtd_within_the_seal_is_refused(client, corp, door, dtd):
    right = {"token": TOKEN, "key": AES_KEY, "receiver": CORP_ID}

    answer = post_text(client, door, dtd + xml(changed(CORP_ID)), **right)

    assert answer.status_code == (400 if dtd else 200)


def test_a_seal_for_the_suite_is_no_seal_for_its_echo(client, suite):
    sealed = seal("1", key=AES_KEY, app_id=SUITE)

    url = address("/wecom/suite/", sealed, TOKEN, echostr=sealed)
    assert client.get(url).status_code == 400


def test_a_command_for_another_suite_is_refused(client, db, suite):
    fields = command("suite_ticket", "wwother", SuiteTicket="x")

    assert post(client, "/wecom/suite/", fields, **OF_SUITE).status_code == 400


def test_the_latest_ticket_is_kept_whatever_comes_last(client, db, suite):
    assert tell_suite(client, "suite_ticket", SuiteTicket="new").content == b"success"
    old = int(time.time()) - 60
    tell_suite(client, "suite_ticket", SuiteTicket="old", TimeStamp=old)
    inbox.work()

    assert SuiteTicket.objects.get().ticket == "new"


def test_a_corp_that_removes_the_suite_is_gone(client, account, suite):
    corp = connected(account, way=Corp.Way.SUITE, permanent_code="code")
    later = timezone.now() - timedelta(minutes=1)
    Corp.objects.filter(pk=corp.pk).update(connected_at=later)
    for _each in range(2):
        tell_suite(client, "cancel_auth", AuthCorpId=CORP_ID)
        inbox.work()

    assert not Corp.entered.exists()
    entry = AuditEntry.objects.get(action="corp.disconnected")
    assert (entry.actor, entry.account) == ("企业微信", account)


def test_a_removal_from_before_the_latest_installation_is_old(client, account, suite):
    connected(account, way=Corp.Way.SUITE, permanent_code="code")
    tell_suite(client, "cancel_auth", AuthCorpId=CORP_ID, TimeStamp=int(time.time()) - 60)
    inbox.work()

    assert Corp.objects.exists()


def test_the_suite_removes_no_corp_that_has_an_app_of_its_own(client, corp, suite):
    Corp.objects.update(connected_at=timezone.now() - timedelta(minutes=1))
    tell_suite(client, "cancel_auth", AuthCorpId=CORP_ID)
    inbox.work()

    assert Corp.objects.exists()


def test_what_nobody_knows_is_kept_as_unknown(client, corp, door, suite, hints):
    knock(client, door, changed(CORP_ID, Event="enter_agent"))
    tell_suite(client, "reset_permanent_code")
    inbox.work()

    states = set(CorpCallback.objects.values_list("state", flat=True))
    assert states == {CorpCallback.State.UNKNOWN}
    assert hints == []


def test_what_breaks_is_tried_again_and_given_up(client, corp, door):
    def break_down(**more):
        raise RuntimeError("no")

    signals.contacts_changed.connect(break_down)
    try:
        knock(client, door)
        for _each in range(MOST_ATTEMPTS):
            CorpCallback.objects.update(due_at=timezone.now())
            inbox.work()
    finally:
        signals.contacts_changed.disconnect(break_down)

    assert CorpCallback.objects.get().state == CorpCallback.State.FAILED


def test_the_sweep_finds_what_no_bell_told_of(client, corp, door, hints):
    knock(client, door)

    tasks.sweep()

    assert hints == [CORP_ID]


def test_old_ones_are_forgotten(client, corp, door, settings):
    knock(client, door)
    CorpCallback.objects.update(received_at=timezone.now() - timedelta(days=31))

    tasks.forget()

    assert not CorpCallback.objects.exists()


def test_what_it_says_is_sealed_in_the_database(client, corp, door):
    knock(client, door, changed(CORP_ID, "zhangsan"))

    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM wechat_corpcallback")
        assert b"zhangsan" not in bytes(cursor.fetchone()[0])
