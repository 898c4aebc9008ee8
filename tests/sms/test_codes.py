"""A code proves a phone: once, for five minutes, within five tries, and for nothing else."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from haina.sms import codes, errors, tasks
from haina.sms.models import PhoneCode
from tests import make
from tests.together import together

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
PHONE, OTHER, USE = "+8613800138000", "+8613800138001", "application"


@pytest.fixture
def sent(account, gateway, sandbox):
    """The code that arrived."""
    return ask(account, sandbox)


def ask(account, sandbox, *, after=timedelta()) -> str:
    codes.send_code(account, PHONE, USE, address="203.0.113.7", now=NOON + after)
    text = sandbox.see("sms", phone=PHONE)["messages"][-1]["text"]
    return re.search(r"\d{6}", text)[0]


def check(account, code, *, phone=PHONE, use=USE, after=timedelta(minutes=1)) -> bool:
    return codes.check_code(account, phone, use, code, now=NOON + after)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


@pytest.mark.django_db
def test_it_is_right_once(account, sent):
    assert [check(account, sent), check(account, sent)] == [True, False]


@pytest.mark.django_db
def test_it_is_not_stored(account, sent):
    row = PhoneCode.objects.get()

    assert sent.encode() not in bytes(row.digest)
    assert b"138" not in bytes(row.phone_hash)


@pytest.mark.django_db
def test_after_five_minutes_it_is_over(account, sent):
    assert not check(account, sent, after=codes.LIFE)


@pytest.mark.django_db
@pytest.mark.parametrize(("wrongs", "is_right"), [(4, True), (5, False)])
def test_five_tries(account, sent, wrongs, is_right):
    for _ in range(wrongs):
        assert not check(account, wrong(sent))

    assert check(account, sent) == is_right


@pytest.mark.django_db
def test_it_is_bound_to_account_phone_and_use(account, sent):
    assert not check(make.account("other"), sent)
    assert not check(account, sent, phone=OTHER)
    assert not check(account, sent, use="another")
    assert check(account, sent)


@pytest.mark.django_db
def test_guesses_elsewhere_take_none_of_its_tries(account, sent):
    other = make.account("other")
    for _ in range(5):
        assert not check(other, wrong(sent))
        assert not check(account, wrong(sent), use="another")

    assert check(account, sent)


@pytest.mark.django_db
@pytest.mark.parametrize("junk", ["", "12345", "１２３４５６", "x" * 10_000, "\x00"])
def test_junk_is_wrong(account, sent, junk):
    assert not check(account, junk)


@pytest.mark.django_db
def test_only_the_latest_is_right(account, sandbox, sent):
    sandbox.do("clock", forward=31)
    latest = ask(account, sandbox, after=timedelta(seconds=31))

    assert sent == latest or not check(account, sent)
    assert check(account, latest)


@pytest.mark.django_db
def test_one_too_soon_leaves_the_former_as_it_is(account, sandbox, sent):
    with pytest.raises(errors.TooMany):
        ask(account, sandbox, after=timedelta(seconds=5))

    assert check(account, sent)


@pytest.mark.django_db(transaction=True)
def test_one_of_eight_at_once(account, sent):
    assert sum(together(lambda _: check(account, sent), range(8))) == 1


@pytest.mark.django_db(transaction=True)
def test_guesses_at_once_are_all_counted(account, sent):
    together(lambda _: check(account, wrong(sent)), range(8))

    assert PhoneCode.objects.get().tries == codes.TRIES


@pytest.mark.django_db
def test_what_is_over_is_forgotten(account, sent):
    tasks.forget()

    assert not PhoneCode.objects.exists()
