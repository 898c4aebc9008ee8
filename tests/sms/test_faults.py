"""What any SMS tells of the account's settings is kept on the gateway, and nothing else is."""

from datetime import UTC, datetime, timedelta

import pytest

from haina.sms import codes, errors, services
from haina.sms.models import Gateway

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
PHONE, USE = "+8613800138000", "application"
NO_TEMPLATE = "FailedOperation.TemplateIncorrectOrUnapproved"
NO_BALANCE = "FailedOperation.InsufficientBalanceInSmsPackage"


def ask_for_code(account) -> None:
    codes.send_code(account, PHONE, USE, address="203.0.113.7", now=NOON)


def meet(account, sandbox, code: str) -> None:
    sandbox.fault("sms/SendSms", code=code, times=1)
    with pytest.raises(errors.Refused):
        ask_for_code(account)


def remind(account) -> None:
    values = {"now": NOON + timedelta(minutes=1)}
    services.send(account, "+8613800138001", "review", ["3"], **values)


def fault() -> tuple[str, str]:
    return Gateway.objects.values_list("fault", "fault_purpose").get()


def test_a_fault_met_while_sending_a_code_is_kept(account, gateway, sandbox):
    meet(account, sandbox, NO_BALANCE)

    assert fault() == (NO_BALANCE, "code")
    assert Gateway.objects.get().checked_at


@pytest.mark.parametrize(
    "code",
    [
        "InvalidParameterValue.IncorrectPhoneNumber",
        "UnsupportedOperation.ChineseMainlandTemplateToGlobalPhone",
        "LimitExceeded.PhoneNumberDailyLimit",
        "InternalError.Timeout",
    ],
)
def test_what_a_phone_or_the_weather_brings_about_is_no_fault(account, gateway, sandbox, code):
    meet(account, sandbox, code)

    assert fault() == ("", "")
    assert Gateway.objects.get().checked_at is None


@pytest.mark.parametrize(
    ("code", "left"), [(NO_BALANCE, ("", "")), (NO_TEMPLATE, (NO_TEMPLATE, "code"))]
)
def test_an_sms_ends_a_fault_but_of_another_template(account, gateway, sandbox, code, left):
    meet(account, sandbox, code)

    remind(account)

    assert fault() == left


def test_the_same_template_ends_its_fault(account, gateway, sandbox):
    Gateway.objects.update(fault=NO_TEMPLATE, fault_purpose="code")

    ask_for_code(account)

    assert fault() == ("", "")


def test_an_answer_to_values_changed_meanwhile_is_not_kept(account, gateway, sandbox):
    meet(account, sandbox, NO_BALANCE)
    message = account.sms_messages.get()
    Gateway.objects.update(fault="", fault_purpose="", sign_name="新的签名")

    services.keep_answer(gateway, message)

    assert fault() == ("", "")


def test_a_gateway_removed_meanwhile_stays_removed(account, gateway, sandbox):
    meet(account, sandbox, NO_BALANCE)
    Gateway.objects.all().delete()

    services.keep_answer(gateway, account.sms_messages.get())

    assert not Gateway.objects.exists()
