"""WeCom's table of errors: its classes, its sentences, and what of WeCom's text is kept."""

import pytest

from haina.wechat import errors as official
from haina.wechat.corp import errors
from haina.wechat.corp.errors import APP, CONTACTS, HOLDERS, PROVIDER, SUITE, TABLES, sentence

NOT_TRUSTED = "not allow to access from your ip, hint: [1754], from ip: 203.0.113.7, more info at"


@pytest.mark.parametrize("holder", HOLDERS)
@pytest.mark.parametrize("code", [*errors.CODES[official.AccountRefused], 60104, -1, 12345])
def test_every_sentence_is_whole(holder, code):
    error = TABLES[holder].refusal(code, NOT_TRUSTED)

    assert str(error).endswith("。")
    assert "%" not in str(error)
    assert sentence(error.code, error.detail) == str(error)  # as a stored fault is shown


@pytest.mark.parametrize("code", [*PROVIDER.sentences, 12345])
def test_so_are_those_of_the_suite(code):
    error = PROVIDER.refusal(code, NOT_TRUSTED)

    assert str(error).endswith("。")
    assert "%" not in str(error)


def test_the_address_and_the_secret_are_told():
    told = [str(TABLES[each].refusal(60020, NOT_TRUSTED)) for each in (CONTACTS, APP)]

    assert all("IP 203.0.113.7 不在" in each for each in told)
    assert "通讯录同步的企业可信IP" in told[0]
    assert "自建应用的企业可信IP" in told[1]
    assert "服务器的IP不在" in sentence(60020, CONTACTS)


def test_a_suite_that_may_not_is_told_something_else():
    assert str(TABLES[SUITE].refusal(48002)) != str(TABLES[CONTACTS].refusal(48002))


@pytest.mark.parametrize("code", [45009, 45033, -1, official.UNREACHABLE])
def test_what_ends_by_itself(code):
    assert type(TABLES[APP].refusal(code)) is official.Busy


@pytest.mark.parametrize("code", [60104, 60102, 60103, 60111, 60123, 60129, 45024, 301005, 60011])
def test_what_is_about_one_person(code):
    assert type(TABLES[CONTACTS].refusal(code)) is official.BadArgument


def test_no_corp_stops_the_suite_for_another():
    assert not {40078, 40084, 48003, 48004} & PROVIDER.of_account


def test_wecoms_own_text_is_not_kept():
    error = TABLES[APP].refusal(60104, "mobile existed:zhangsan, hint: [17540], from ip: 1.2.3.4")

    assert (error.detail, error.rid) == ("", "17540")
    assert "zhangsan" not in repr(error) + str(error)
