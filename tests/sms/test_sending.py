"""An SMS against the sandbox: what arrives, what is kept of it, and what each refusal means."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from haina.lib.encryption import keyed_hash
from haina.sms import errors, services, tasks
from haina.sms.models import Gateway, Message
from tests import make

pytestmark = pytest.mark.django_db
PHONE, SHOWN = "+8613800138000", "138*****00"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def send(account, phone=PHONE, **more) -> Message:
    return services.send(account, phone, "review", ["3"], **({"now": timezone.now()} | more))


def test_it_arrives_and_nothing_personal_is_kept(account, gateway, sandbox):
    message = send(account)

    (arrived,) = sandbox.see("sms", phone=PHONE)["messages"]
    assert arrived["text"] == "【海纳沙箱】您有3条住户认证申请待审核，请尽快登录后台处理。"
    message.refresh_from_db()
    assert (message.state, message.code, message.attempts) == ("sent", "Ok", 1)
    assert message.provider_id.startswith("2640:")
    assert message.phone_masked == SHOWN
    assert bytes(message.phone_hash) == keyed_hash(PHONE)


def test_of_a_result_the_sms_says_nothing_but_that_there_is_one(account, gateway, sandbox):
    services.send(account, PHONE, Message.Purpose.RESULT, [], now=timezone.now())

    (arrived,) = sandbox.see("sms", phone=PHONE)["messages"]
    assert arrived["text"] == "【海纳沙箱】您的住户认证状态有更新，请打开微信公众号查看。"


@pytest.mark.parametrize("code", sorted(set(errors.STATES) - {errors.OK, errors.UNREACHABLE}))
def test_each_known_code_has_its_meaning(account, gateway, sandbox, code):
    sandbox.fault("sms/SendSms", code=code)

    with pytest.raises(errors.Refused) as refused:
        send(account)

    message = Message.objects.get()
    assert message.state == refused.value.state == errors.STATES[code]
    assert message.code == code
    assert errors.sentence(code) == errors.SENTENCES[code]
    assert not sandbox.see("sms")["messages"]


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("AuthFailure.SignatureFailure", "config"),
        ("InternalError.Timeout", "retry"),
        ("LimitExceeded.Other", "limit"),
        ("FailedOperation.Other", "config"),
    ],
)
def test_a_code_speaks_for_its_family(account, gateway, sandbox, code, state):
    sandbox.fault("sms/SendSms", code=code)

    with pytest.raises(errors.Refused) as refused:
        send(account)

    assert refused.value.state == state


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("secret_id", "AKIDelse", "AuthFailure.SecretIdNotFound"),
        ("sdk_app_id", "1499999999", "UnauthorizedOperation.SmsSdkAppIdVerifyFail"),
        ("sign_name", "别的签名", "FailedOperation.SignatureIncorrectOrUnapproved"),
        ("review_template", "9", "FailedOperation.TemplateIncorrectOrUnapproved"),
    ],
)
def test_a_wrong_setting_is_told(account, gateway, sandbox, field, value, code):
    setattr(gateway, field, value)
    gateway.save()

    with pytest.raises(errors.Refused) as refused:
        send(account)

    assert (refused.value.code, refused.value.state) == (code, "config")


def test_what_cannot_be_a_code_is_not_kept(account, gateway, sandbox):
    """The provider may repeat what was sent."""
    sandbox.fault("sms/SendSms", code=f"不支持 {PHONE}")

    with pytest.raises(errors.Refused) as refused:
        send(account)

    assert refused.value.code == errors.UNREACHABLE
    assert Message.objects.get().code == errors.UNREACHABLE


@pytest.mark.parametrize("how", [{"drop": True}, {"status": 502}])
def test_no_answer_is_to_be_retried_in_the_same_row(account, gateway, sandbox, how):
    sandbox.fault("sms/SendSms", times=1, **how)
    with pytest.raises(errors.Refused) as refused:
        send(account, now=NOON)
    first = Message.objects.get()

    send(account, again=first, now=NOON + timedelta(seconds=31))

    assert refused.value.state == "retry"
    assert Message.objects.values_list("state", "attempts").get() == ("sent", 2)


def test_nobody_there_tells_no_secret(account, gateway, settings, caplog):
    settings.SMS_ENDPOINT = "http://127.0.0.1:9"
    caplog.set_level(logging.DEBUG)

    with pytest.raises(errors.Refused, match="连不上短信服务"):
        send(account)

    for secret in (gateway.secret_id, gateway.secret_key, PHONE, PHONE[3:]):
        assert secret not in caplog.text


def test_without_a_template_nothing_is_sent(account, gateway, sandbox):
    gateway.review_template = ""
    gateway.save()

    with pytest.raises(errors.NotSetUp):
        send(account)

    assert not sandbox.calls("sms/SendSms")


def test_set_up_is_what_has_a_template(account, gateway):
    assert services.is_set_up(account, "review")
    Gateway.objects.update(review_template="")

    assert not services.is_set_up(account, "review")
    assert services.is_set_up(account, "code")
    assert not services.is_set_up(make.account("other"), "code")


def test_the_console_writes_instead(account, gateway, settings, capsys):
    settings.SMS_BACKEND = "console"

    send(account)

    assert f"SMS 1000002 to {SHOWN}: 3" in capsys.readouterr().err


def test_old_ones_are_forgotten(account, gateway, sandbox, settings):
    old = send(account, now=timezone.now() - timedelta(days=settings.SMS_DAYS, seconds=60))
    young = send(account, phone="+8613800138001")

    tasks.forget()

    assert old.pk != Message.objects.get().pk == young.pk
