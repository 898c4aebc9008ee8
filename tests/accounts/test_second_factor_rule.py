"""An account may require the second factor; ops may take one from whoever lost the phone."""

import pytest
from django.core.management import call_command

from haina.accounts.models import Administrator, AuditEntry, SecondFactor
from haina.accounts.permissions import Level, Section
from haina.lib.commands import Refused
from tests import make

RULE, PAGE = "/fengniao/administrators/second-factor/", "/fengniao/jobs/"
ON = {"required": "on", "password": make.PASSWORD}


@pytest.fixture
def required(account):
    account.second_factor_required = True
    account.save()
    return account


def test_the_creator_requires_it(creator, account, sign_in):
    sign_in(creator).post(RULE, ON)

    account.refresh_from_db()
    assert account.second_factor_required
    assert AuditEntry.objects.filter(action="account.second_factor_required").count() == 1


def test_the_password_is_asked_for_it(creator, account, sign_in):
    response = sign_in(creator).post(RULE, ON | {"password": "wrong"})

    account.refresh_from_db()
    assert response.status_code == 422
    assert not account.second_factor_required


def test_an_operator_does_not_change_it(account, sign_in):
    operator = make.operator(account, sections={Section.ADMINISTRATORS: Level.MANAGE})

    response = sign_in(operator).post(RULE, ON)

    account.refresh_from_db()
    assert "只有创建者和系统管理员" in response.content.decode()
    assert not account.second_factor_required


def test_who_has_none_sets_it_up_before_anything_else(required, creator, operator, sign_in):
    for who in (creator, operator):
        client = sign_in(who)

        response = client.get(PAGE + "?page=2")

        location = "/sign-in/security/set-up/?required=1&next=%2Ffengniao%2Fjobs%2F%3Fpage%3D2"
        assert response.headers["Location"] == location
        assert client.post("/fengniao/residents/export/").status_code == 302
        assert "要求启用两步验证" in client.get(location).content.decode()


def test_a_part_of_a_page_is_told_in_place(required, creator, sign_in):
    client = sign_in(creator)

    part = client.get(PAGE, headers={"HX-Request": "true"})
    boosted = client.get(PAGE, headers={"HX-Request": "true", "HX-Boosted": "true"})

    assert part.status_code == 403
    assert "data-notice" in part.content.decode()
    assert boosted.headers["HX-Redirect"] == "/sign-in/security/set-up/"


def test_who_has_one_goes_on(required, creator, sign_in):
    make.second_factor(creator.user)

    assert sign_in(creator).get(PAGE).status_code == 200


def test_outsiders_find_nothing_still(required, stranger, sign_in):
    assert sign_in(stranger).get(PAGE).status_code == 404


def test_it_is_not_switched_off_where_it_is_required(required, creator, sign_in):
    make.second_factor(creator.user)
    proof = {"password": make.PASSWORD, "code": make.code()}

    response = sign_in(creator).post("/sign-in/security/switch-off/", proof)

    assert "服务号“蜂鸟小区A”要求启用两步验证" in response.content.decode()
    assert SecondFactor.objects.exists()


def test_another_account_without_the_rule_is_open(required, stranger, creator, sign_in):
    Administrator.objects.create(account=stranger.account, user=creator.user)

    assert sign_in(creator).get("/other/jobs/").status_code == 200


def test_ops_takes_it_from_whoever_lost_the_phone(creator):
    make.second_factor(creator.user)

    call_command("reset_second_factor", creator.user.username, reason="当面核对了身份证件")

    assert not SecondFactor.objects.exists()
    entry = AuditEntry.objects.get(action="factor.reset")
    assert (entry.account_id, entry.ids) == (creator.account_id, [creator.user.pk])
    assert (entry.actor, entry.reason) == ("bin/manage", "当面核对了身份证件")


@pytest.mark.parametrize("reason", ["来电 18124768126", "长" * 201])
def test_the_reason_holds_no_phone_and_is_short(creator, reason):
    make.second_factor(creator.user)

    with pytest.raises(Refused):
        call_command("reset_second_factor", creator.user.username, reason=reason)
    assert SecondFactor.objects.exists()


def test_there_must_be_somebody_and_something(creator):
    for name in ("nobody", creator.user.username):
        with pytest.raises(Refused):
            call_command("reset_second_factor", name, reason="手机丢失")
