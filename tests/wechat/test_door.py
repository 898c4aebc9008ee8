"""The address to which WeChat posts: what it takes, what it refuses, and that nothing breaks it."""

import random
import time
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from haina.wechat.models import Callback
from tests import make
from tests.wechat.posting import (
    AES_KEY,
    OPENID,
    OTHER_KEY,
    TOKEN,
    address,
    event,
    parcel,
    post,
    seal,
    text,
    xml,
)

HOSTILE = 500
LAUGHS = """<?xml version="1.0"?><!DOCTYPE xml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;">]><xml><A>&d;</A></xml>"""
OUTSIDE = """<?xml version="1.0"?><!DOCTYPE xml [<!ENTITY a SYSTEM "file:///etc/hostname">]>
<xml><FromUserName>o1</FromUserName><CreateTime>1</CreateTime><MsgType>&a;</MsgType></xml>"""


@pytest.fixture
def connection(account):
    return make.wechat(account, token=TOKEN, aes_key=AES_KEY)


@pytest.fixture
def plain(account):
    return make.wechat(account, token=TOKEN)


def test_the_address_is_verified(client, connection):
    response = client.get(address(connection, echostr="<b>5938283 &amp;"))

    connection.refresh_from_db()
    assert (response.status_code, response.content) == (200, b"<b>5938283 &amp;")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert connection.verified_at is not None


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"token": "other"}, 403),
        ({"signature": ""}, 403),
        ({"signature": "签名"}, 403),
        ({"late": 400}, 403),
        ({"late": -400}, 403),
        ({"at": "1e9"}, 403),
        ({}, 400),  # no echostr
    ],
)
def test_a_wrong_verification_verifies_nothing(client, connection, wrong, status):
    echo = {"echostr": "1"} if wrong else {}

    response = client.get(address(connection, **wrong, **echo))

    connection.refresh_from_db()
    assert response.status_code == status
    assert connection.verified_at is None


def test_without_a_token_nobody_is_let_in(client, account):
    """Else an account that is half set up would take what anybody signs with nothing."""
    connection = make.wechat(account, aes_key=AES_KEY)

    assert client.get(address(connection, echostr="1")).status_code == 403
    assert post(client, connection, event()).status_code == 403
    assert not Callback.objects.exists()


def test_a_message_is_kept_and_answered(connection):
    """No CSRF token, no session, no cookie."""
    response = post(Client(enforce_csrf_checks=True), connection, event(EventKey="qrscene_b_1"))

    row = Callback.objects.get()
    assert (response.status_code, response.content) == (200, b"success")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert not response.cookies
    assert (row.kind, row.openid, row.state) == ("subscribe", OPENID, "waiting")
    assert '"EventKey": "qrscene_b_1"' in row.content


def test_a_plain_message_is_kept_where_there_is_no_key(client, plain):
    assert post(client, plain, text(7)).content == b"success"
    assert Callback.objects.get().kind == "text"


def test_of_a_message_that_is_both_only_what_is_sealed_counts(client, connection):
    sealed = seal(xml(text(1, "sealed")), app_id=connection.app_id)
    body = xml(text(2, "plain", openid="o-somebody-else") | {"Encrypt": sealed})

    client.post(address(connection, sealed), body, content_type="text/xml")

    row = Callback.objects.get()
    assert row.openid == OPENID
    assert "plain" not in row.content


def change_key(connection, *, ago: timedelta) -> None:
    connection.former_aes_key, connection.aes_key = AES_KEY, OTHER_KEY
    connection.aes_key_changed_at = timezone.now() - ago
    connection.save()


def test_the_key_of_before_still_opens(client, connection):
    change_key(connection, ago=timedelta(hours=23))

    assert post(client, connection, text(1), key=AES_KEY).content == b"success"
    assert post(client, connection, text(2), key=OTHER_KEY).content == b"success"
    assert Callback.objects.count() == 2


def test_after_a_day_the_key_of_before_opens_nothing(client, connection):
    change_key(connection, ago=timedelta(days=1, seconds=1))

    assert post(client, connection, text(1), key=AES_KEY).status_code == 400
    assert post(client, connection, text(2), key=OTHER_KEY).content == b"success"
    assert Callback.objects.count() == 1


def test_repetitions_are_one(client, connection):
    """By MsgId; an event by sender, time, event and key; the end of a sending by its MsgID."""
    now = int(time.time())
    sent = event("TEMPLATESENDJOBFINISH", at=now, MsgID=5, Status="success")
    distinct = [
        text(1, at=now),
        text(2, at=now),
        event(at=now),
        event(at=now, EventKey="qrscene_1"),
        event(at=now + 1),
        event("unsubscribe", at=now),
        event(at=now, openid="o2"),
        sent,
        sent | {"MsgID": 6},
    ]
    again = [text(1, at=now), event(at=now), sent | {"CreateTime": now + 1}]

    for message in [*distinct, *again]:
        assert post(client, connection, message).content == b"success"

    assert Callback.objects.count() == len(distinct)


def test_two_accounts_keep_the_same_message_each(client, connection):
    other = make.wechat(make.account("other"), token=TOKEN, aes_key=AES_KEY)

    assert post(client, connection, text(1)).content == b"success"
    assert post(client, other, text(1)).content == b"success"
    assert Callback.objects.count() == 2


def test_kinds_that_nobody_knows_are_kept_and_answered(client, connection):
    names = ["LOCATION", "user_authorization_revoke", "x" * 200, "事件"]
    for number, name in enumerate(names):
        message = event(name, EventKey=f"{number}", ListOf="<A>1</A><A>2</A>")
        assert post(client, connection, message).content == b"success"

    assert Callback.objects.count() == len(names)


def test_another_accounts_signature_is_refused(client, connection):
    """Though it is a right one, at its own door."""
    other = make.wechat(make.account("other"), token="other-token", aes_key=OTHER_KEY)
    url, body = parcel(other, text(1))
    url = url.replace(other.door, connection.door)

    assert client.post(url, body, content_type="text/xml").status_code == 403
    assert not Callback.objects.exists()


def test_an_unknown_door_is_not_there(client, connection):
    url, body = parcel(connection, text(1))
    assert client.post(url.replace(connection.door, "x"), body, "text/xml").status_code == 404


def refused(connection, plain):
    """What must have no effect, and the status that says so."""
    yield 413, *parcel(connection, text(1, "a" * 1_000_000))
    yield 413, address(plain), b" " * 65_537
    for wrong in (
        {"token": "x"},
        {"late": 301},
        {"at": ""},
        {"msg_signature": ""},
    ):
        yield 403, *parcel(connection, text(1), **wrong)
    yield 400, *parcel(connection, text(1), key=OTHER_KEY)
    yield 400, *parcel(connection, text(1), app_id="wx0000000000000000")
    yield 400, address(connection), xml(text(1)).encode()  # not sealed, though there is a key
    for garbled in ("!", "AAAA", "A" * 44, "密", "=" * 8, "A" * 60_000):
        yield 400, address(connection, garbled), xml({"Encrypt": garbled}).encode()
    for inside in (LAUGHS, OUTSIDE, "", "{}", "<xml/>", "<a/>", xml({"MsgType": "text"})):
        sealed = seal(inside, app_id=connection.app_id)
        yield 400, address(connection, sealed), xml({"Encrypt": sealed}).encode()
    for body in bad_bodies():
        yield 400, address(plain), body


def bad_bodies():
    good = text(1)
    yield from (b"", b"\x00", b"\xff\xfe<\x00", b"success", b"{}", b"[" * 9_000, b"<" * 9_000)
    yield LAUGHS.encode()
    yield OUTSIDE.encode()
    yield b'<?xml version="1.0" encoding="utf-7"?>+ADw-xml/+AD4-'
    entity = '<!DOCTYPE xml [<!ENTITY kind "text">]>'  # with it this would be a message
    yield (entity + xml(good | {"MsgType": "&kind;"})).encode()
    yield b"<!DOCTYPE xml>" + xml(good).encode()
    yield xml(good).encode("utf-16")
    yield xml(good).encode("gbk")
    yield b"<xml>" + b"<a>" * 15_000
    yield b"<xml>" + b"<a>" * 9_000 + b"</a>" * 9_000 + b"</xml>"
    yield xml(good).replace("<MsgId>", "<FromUserName>o2</FromUserName><MsgId>").encode()
    for name in ("FromUserName", "CreateTime", "MsgType"):
        yield xml(good | {name: ""}).encode()
        yield xml(good | {name: "<A>1</A>"}).encode()
    yield xml(good | {"FromUserName": "o" * 65}).encode()
    for at in ("-1", "1e9", "٣", "9" * 400, "99999999999", int(time.time()) + 86_400):
        yield xml(good | {"CreateTime": at}).encode()
    yield xml(event("")).encode()


def test_nothing_hostile_has_an_effect(client, connection):
    client.raise_request_exception = False
    plain = make.wechat(make.account("plain"), token=TOKEN)

    for status, url, body in refused(connection, plain):
        response = client.post(url, body, content_type="text/xml")
        assert (response.status_code, Callback.objects.count()) == (status, 0), body[:200]


def damaged(body: bytes, dice: random.Random) -> bytes:
    """The body with bytes of what is sealed changed, cut off or repeated."""
    begin, end = body.index(b"<Encrypt>") + 9, body.index(b"</Encrypt>")
    place = dice.randrange(begin, end)
    other = bytes([body[place] ^ dice.randrange(1, 256)])
    return dice.choice(
        [
            body[:place] + other + body[place + 1 :],
            body[:place],
            body[:place] + body[end:],
            body[:end] + body[begin:place] + body[end:],
            body[place:],
        ]
    )


def test_no_damaged_message_has_an_effect(client, connection):
    client.raise_request_exception = False
    dice = random.Random(20261122)

    statuses = set()
    for number in range(HOSTILE):
        url, body = parcel(connection, text(number))
        body = damaged(body, dice)
        statuses.add(client.post(url, body, content_type="text/xml").status_code)

    assert statuses <= {400, 403}
    assert not Callback.objects.exists()


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_other_methods_are_refused(client, connection, method):
    assert getattr(client, method)(address(connection)).status_code == 405


def test_nothing_is_taken_in_the_clear(client, connection, settings):
    settings.SECURE_SSL_REDIRECT = True

    response = post(client, connection, event())

    assert (response.status_code, response.content) == (403, b"https only")
    assert not Callback.objects.exists()
    assert client.get(address(connection, echostr="1"), secure=True).status_code == 200
