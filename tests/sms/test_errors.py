"""What Tencent Cloud answers, told to administrators and to visitors."""

import pytest
from tencentcloud.sms.v20210111 import errorcodes

from haina.sms import errors

# Words of the gateway, which a visitor cannot do anything with.
OURS = ("Secret", "SDKAppID", "模板", "签名", "控制台", "腾讯云", "充值", "服务器", "密钥")
CODES = sorted(set(errors.STATES) - {errors.OK})
OF_MANY = ("MissingParameter", "UnsupportedOperation.Contain")  # we send one number, never none


@pytest.mark.parametrize("code", CODES)
def test_a_visitor_reads_nothing_of_the_gateway(code):
    told = str(errors.Refused(code))

    assert not [word for word in OURS if word in told]
    if errors.state_of(code) == "config":
        assert told == "暂时无法发送短信，请联系物业。"


@pytest.mark.parametrize("code", ["FailedOperation.Unheard", "nonsense"])
def test_what_nobody_knows_is_shown_to_administrators_with_its_code(code):
    assert code in errors.sentence(code)
    assert code not in str(errors.Refused(code))
    assert errors.state_of(code) == "config"


def test_every_limit_of_tencents_is_a_limit():
    codes = [code for code in told_by_the_sdk() if code.startswith("LimitExceeded.")]

    states = {code: errors.state_of(code) for code in codes}

    assert states.pop("LimitExceeded.AppCountryOrRegionInBlacklist") == "number"
    assert len(states) > 9
    assert set(states.values()) == {"limit"}


def test_codes_of_the_table_are_tencents():
    """But for families, ours, and those of Tencent Cloud as a whole."""
    named = {code for code in CODES if "." in code and not code.startswith("AuthFailure.")}

    assert named <= told_by_the_sdk()


def test_no_phone_puts_a_fault_on_the_account():
    """Whoever types a phone must not be able to: what tells of the number is of the number."""
    about_numbers = {code for code in told_by_the_sdk() if "PhoneNumber" in code}
    about_numbers -= {code for code in about_numbers if code.startswith(OF_MANY)}

    assert {errors.state_of(code) for code in about_numbers} <= {"number", "limit"}


def told_by_the_sdk() -> set[str]:
    return {value for name, value in vars(errorcodes).items() if name.isupper()}
