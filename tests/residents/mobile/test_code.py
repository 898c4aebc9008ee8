"""The phone is proven by a code, where the account sends SMS."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from haina.sms.models import Gateway, PhoneCode
from residents.models import Binding, VerificationApplication
from tests import make
from tests.residents.mobile.conftest import HOME, text_of

PHONE = "18124768126"


@pytest.fixture
def gateway(account, sandbox) -> Gateway:
    return make.sms(account)


@pytest.fixture
def on_file(community):
    return make.resident(community, "A 1 101", phone=PHONE)


def the_one() -> VerificationApplication:
    return VerificationApplication.objects.get()


def code_path() -> str:
    return f"applications/{the_one().pk}/code/"


def code_of(sandbox) -> str:
    return re.search(r"(?<!\d)\d{6}(?!\d)", sandbox.see("sms")["messages"][-1]["text"])[0]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def later(**ago) -> None:
    """As if the codes had been sent, and the phone asked for, that long ago."""
    PhoneCode.objects.update(expires_at=timezone.now() - timedelta(**ago))


def test_who_is_on_file_passes_with_the_code(phone, gateway, on_file, form_path, claimed, sandbox):
    asked = phone.post(form_path, claimed)
    assert asked.headers["Location"] == HOME + code_path()
    page = phone.get(code_path())
    assert "请输入发送到 181*****26 的6位验证码" in text_of(page)
    assert 'autocomplete="one-time-code"' in page.content.decode()
    assert "待验证手机号" in text_of(phone.get())
    assert phone.get(f"applications/{the_one().pk}/").headers["Location"] == HOME + code_path()

    done = phone.post(code_path(), {"code": f" {code_of(sandbox)} "}, follow=True)

    assert "认证通过" in text_of(done)
    assert Binding.objects.get().resident == on_file
    assert phone.get(code_path()).status_code == 302  # nothing left to prove


def test_wrong_codes_submit_nothing_and_after_five_none_is_right(
    phone, gateway, on_file, form_path, claimed, sandbox
):
    phone.post(form_path, claimed)
    code = code_of(sandbox)

    for given, told in [("12a456", "验证码是6位数字"), ("", "请填写短信中的6位验证码")]:
        response = phone.post(code_path(), {"code": given})
        assert (response.status_code, told in text_of(response)) == (422, True)
    for _ in range(5):
        response = phone.post(code_path(), {"code": wrong(code)})
        assert response.status_code == 422
        assert "验证码不正确或已失效" in text_of(response)

    assert phone.post(code_path(), {"code": code}).status_code == 422
    assert the_one().state == "draft"
    assert not Binding.objects.exists()


def test_a_code_is_over_after_its_time(phone, gateway, form_path, claimed, sandbox):
    phone.post(form_path, claimed)
    later(seconds=1)

    assert phone.post(code_path(), {"code": code_of(sandbox)}).status_code == 422


def test_the_next_code_waits(phone, gateway, form_path, claimed, sandbox):
    phone.post(form_path, claimed)

    response = phone.post(f"{code_path()}again/", follow=True)

    assert "请30秒后再试" in text_of(response)
    assert len(sandbox.see("sms")["messages"]) == 1


def test_the_next_code_is_announced(phone, gateway, form_path, claimed, sandbox, time_machine):
    phone.post(form_path, claimed)
    sandbox.do("clock", forward=31)
    time_machine.move_to(timezone.now() + timedelta(seconds=31))

    response = phone.post(f"{code_path()}again/", follow=True)

    assert "验证码已重新发送" in text_of(response)
    assert len(sandbox.see("sms")["messages"]) == 2


def test_a_proven_phone_need_not_be_proven_again(
    phone, community, gateway, form_path, claimed, sandbox
):
    phone.post(form_path, claimed)
    phone.post(code_path(), {"code": code_of(sandbox)})
    other = make.node(community, "A 1 102")

    response = phone.post(f"apply/{community.pk}/{other.pk}/", claimed, follow=True)

    assert "已提交，等待审核" in text_of(response)
    assert len(sandbox.see("sms")["messages"]) == 1


def test_another_phone_replaces_the_draft(phone, gateway, form_path, claimed):
    phone.post(form_path, claimed)
    change = f"{form_path}?from={the_one().pk}"

    page = phone.get(change).content.decode()
    assert f'value="{PHONE}"' in page
    phone.post(change, claimed | {"phone": "18124768127"})

    assert str(the_one().phone) == "+8618124768127"


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("FailedOperation.InsufficientBalanceInSmsPackage", "暂时无法发送短信"),
        ("InvalidParameterValue.IncorrectPhoneNumber", "手机号不正确"),
    ],
)
def test_an_sms_that_cannot_be_sent_leaves_the_draft(
    phone, gateway, on_file, form_path, claimed, sandbox, code, told
):
    """And is never taken for a reason to pass unproven."""
    sandbox.fault("sms/SendSms", code=code)

    response = phone.post(form_path, claimed, follow=True)

    assert told in text_of(response)
    assert "重新发送" in text_of(response)
    assert the_one().state == "draft"
    assert the_one().outcome == ""


def test_a_room_that_is_gone_meanwhile_is_told(
    phone, community, gateway, form_path, claimed, sandbox, room
):
    phone.post(form_path, claimed)
    path = code_path()
    room.delete()

    response = phone.post(path, {"code": code_of(sandbox)})

    assert response.status_code == 409
    assert "返回我的住所" in text_of(response)


def test_a_draft_that_was_replaced_is_told(phone, gateway, form_path, claimed, sandbox):
    phone.post(form_path, claimed)
    path = code_path()
    phone.post(form_path, claimed)

    assert phone.get(path).status_code == 404
