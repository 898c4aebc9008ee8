"""The table of errors: its classes, its sentences, and what of WeChat's text is kept."""

import pytest

from haina.wechat import errors
from haina.wechat.errors import KINDS, SENTENCES, UNREACHABLE, refusal, remembered, sentence

RID = "6a1b2c3d-0a0b0c0d-11223344"


@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        (errors.RecipientGone, {43004, 43019, 40003, 50005}),
        (errors.LimitReached, {45009}),
        (errors.Busy, {-1, 45011, UNREACHABLE}),
    ],
)
def test_classes_that_others_act_on(kind, codes):
    assert {code for code, known in KINDS.items() if known is kind} == codes


@pytest.mark.parametrize("code", [40013, 40125, 40164, 48001, 40037, 47003])
def test_what_administrators_have_to_put_right(code):
    assert type(refusal(code)) is errors.AccountRefused


@pytest.mark.parametrize("code", [*SENTENCES, 12345])
def test_every_sentence_is_whole(code):
    told = str(refusal(code))

    assert told.endswith("。")
    assert "%" not in told
    assert "  " not in told


def test_an_unknown_code_is_named():
    error = refusal(12345, "something new")

    assert type(error) is errors.WeChatRefused
    assert "12345" in str(error)
    assert "something" not in str(error)


@pytest.mark.parametrize(
    ("message", "address"),
    [
        (f"invalid ip 203.0.113.7, not in whitelist rid: {RID}", "203.0.113.7"),
        ("invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist", "203.0.113.7"),
        ("invalid ip 2001:db8::7, not in whitelist", "2001:db8::7"),
        ("invalid ip, not in whitelist", ""),
        ("invalid ip 999.0.0.1, not in whitelist", ""),
    ],
)
def test_the_address_for_the_whitelist_is_told(message, address):
    error = refusal(40164, message)

    assert error.detail == address
    assert address in str(error)
    assert sentence(40164, address) == str(error)  # as a stored check is shown


@pytest.mark.parametrize(
    ("code", "detail", "part"),
    [
        (40164, "", "服务器的IP不在公众号的IP白名单中"),
        (40164, "203.0.113.7", "服务器的IP 203.0.113.7 不在公众号的IP白名单中"),
        (47003, "", "模板字段的内容不符合"),
    ],
)
def test_a_sentence_has_no_gap_where_wechat_told_nothing(code, detail, part):
    assert part in sentence(code, detail)


def test_the_field_that_was_refused_is_told():
    error = refusal(47003, f"argument invalid! data.thing12.value invalid rid: {RID}")

    assert (error.detail, error.rid) == ("thing12", RID)
    assert "thing12" in str(error)


def test_what_is_remembered_reads_the_same():
    first = refusal(40164, "invalid ip 203.0.113.7, not in whitelist")
    again = remembered(first.code, first.detail)

    assert (type(again), str(again)) == (type(first), str(first))


@pytest.mark.parametrize("code", [40001, 40164, 47003, 12345])
def test_a_text_that_repeats_a_secret_is_not_kept(code):
    secret = "5ecre7-t0ken"

    error = refusal(
        code, f"invalid {secret} data.{secret} {secret} rid: {secret} https://x/?a={secret}"
    )

    assert secret not in repr(error) + str(error) + error.rid + error.detail
