"""The samples that Tencent published, which several SDKs repeat in their tests."""

import base64
from datetime import UTC, datetime

import pytest
from wechatpy.crypto import PrpCrypto

from haina.wechat import crypto
from haina.wechat.models import Connection
from tests.wechat.posting import xml

WECOM = Connection(
    app_id="wx5823bf96d3bd56c7",
    token="QDG6eK",
    aes_key="jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C",
)
OFFICIAL = Connection(
    app_id="wx2c2769f8efd9abc2",
    token="spamtest",
    aes_key="abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
)
ECHO = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
FROM_WECOM = (
    "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3Qczc"
    "dCUpj911L3vg3W/sYYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLj"
    "vd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMn"
    "vw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k"
    "22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2Yoy"
    "yH2uyPIGHBZZIs2pDBS8R07+qN+E7Q=="
)
FROM_OFFICIAL = (
    "hyzAe4OzmOMbd6TvGdIOO6uBmdJoD0Fk53REIHvxYtJlE2B655HuD0m8KUePWB3+LrPXo87wzQ1QLvbeUgmBM4x6"
    "F8PGHQHFVAFmOD2LdJF9FrXpbUAh0B5GIItb52sn896wVsMSHGuPE328HnRGBcrS7C41IzDWyWNlZkyyXwon8T33"
    "2jisa+h6tEDYsVticbSnyU8dKOIbgU6ux5VTjg3yt+WGzjlpKn6NPhRjpA912xMezR4kw6KWwMrCVKSVCZciVGCg"
    "avjIQ6X8tCOp3yZbGpy0VxpAe+77TszTfRd5RJSVO/HTnifJpXgCSUdUue1v6h0EIBYYI1BD1DlD+C0CR8e6Oewp"
    "usjZ4uBl9FyJvnhvQl+q5rv1ixrcpCumEPo5MJSgM9ehVsNPfUM669WuMyVWQLCzpu9GhglF2PE="
)


def at(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)


NOW = at(1409659813)


def test_the_plain_signature():
    query = {"timestamp": "456", "nonce": "123"}
    query["signature"] = "f7c3bc1d808e04732adf679965ccc34ca7ae3441"

    crypto.verify(Connection(token="789"), query, now=at(456))


def test_the_echo_of_wecom():
    query = {"timestamp": "1409659589", "nonce": "263014780"}

    assert crypto.signed(WECOM.token, "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3", query, ECHO)
    assert crypto.unsealed([WECOM.aes_key], WECOM.app_id, ECHO) == "1616140317555161061"


def test_a_message_of_wecom():
    query = {"timestamp": "1409659813", "nonce": "1372623149"}
    query["msg_signature"] = "477715d11cdb4164915debcba66cb864d751f3e6"

    message = crypto.opened(WECOM, xml({"Encrypt": FROM_WECOM}).encode(), query, now=NOW)

    told = (message["Content"], message["FromUserName"], message["MsgId"], message["AgentID"])
    assert told == ("hello", "mycreate", "4561255354251345929", "218")


def test_a_message_of_a_service_account():
    query = {"timestamp": "1409735669", "nonce": "1320562132"}
    query["msg_signature"] = "5d197aaffba7e9b25a30732f161a50dee96bd5fa"

    message = crypto.opened(OFFICIAL, xml({"Encrypt": FROM_OFFICIAL}).encode(), query, now=NOW)

    assert (message["Content"], message["MsgId"]) == ("abcdteT", "6054768590064713728")


def test_the_known_answer(monkeypatch):
    monkeypatch.setattr(PrpCrypto, "get_random_string", lambda self: b"aaaabbbbccccdddd")
    sealed = PrpCrypto(base64.b64decode(f"{OFFICIAL.aes_key}=")).encrypt(
        "我是中文abcd123", "wxb11529c136998cb6"
    )

    assert sealed.decode() == (
        "jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg=="
    )
    opened = crypto.unsealed([OFFICIAL.aes_key], "wxb11529c136998cb6", sealed.decode())
    assert opened == "我是中文abcd123"


@pytest.mark.parametrize("seconds", [-301, 301, 3600])
def test_a_signature_is_over_after_five_minutes(seconds):
    query = {"timestamp": "456", "nonce": "123"}
    query["signature"] = "f7c3bc1d808e04732adf679965ccc34ca7ae3441"

    with pytest.raises(crypto.NotWeChat):
        crypto.verify(Connection(token="789"), query, now=at(456 + seconds))


def test_parts_of_a_field_are_told_in_pairs():
    message = crypto.fields_of(b"<xml><A>1</A><B><C>2</C><C>3</C></B></xml>")

    assert message == {"A": "1", "B": [("C", "2"), ("C", "3")]}
