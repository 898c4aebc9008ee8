"""§10: the values that Tencent has published."""

import base64

from haina.sandbox import sealing

KEY, APPID = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wxb11529c136998cb6"
SEALED = "jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg=="


def test_the_signature():
    assert sealing.signature("789", "456", "123") == "f7c3bc1d808e04732adf679965ccc34ca7ae3441"


def test_the_signature_of_wecom():
    echo = (
        "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
    )
    signed = sealing.signature("QDG6eK", "1409659589", "263014780", echo)

    assert signed == "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3"


def test_the_cipher(monkeypatch):
    monkeypatch.setattr(sealing.secrets, "token_bytes", lambda length: b"aaaabbbbccccdddd")

    sealed = sealing.encrypt("我是中文abcd123", KEY, APPID)

    assert base64.b64decode(sealed) == base64.b64decode(SEALED)
