"""The demo account: opened once, on an empty installation of one's own machine."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse
from django.utils import timezone

from communities.management.commands.check_trees import problems_of
from communities.models import Community
from haina.accounts.models import Administrator, ServiceAccount, User
from haina.accounts.permissions import Rights
from haina.demo import data
from haina.sms import codes, services
from haina.sms.models import Gateway, Message
from residents.models import Resident
from staff.models import Department, Employee
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def plain(settings):
    """An installation without HTTPS, as bin/run starts it."""
    settings.HAINA_HTTPS = False


def test_the_demo_has_a_community_with_residents(plain, capsys):
    call_command("load_demo")

    community = Community.objects.get()
    assert (community.name, community.depth) == ("腾讯海纳体验小区", 3)
    assert community.nodes.rooms().count() == 72
    assert community.residents.count() == 40
    assert len(set(community.residents.values_list("name", flat=True))) == 40
    assert set(community.residents.values_list("identity", flat=True)) == set(
        Resident.Identity.values
    )
    assert problems_of(community) == []
    assert f"sign in as demo with the password {data.PASSWORD}" in capsys.readouterr().out


def test_the_demo_has_staff_in_departments(plain):
    call_command("load_demo")

    assert Department.objects.count() == 7
    assert Employee.objects.count() == 24
    assert len(set(Employee.objects.values_list("name", flat=True))) == 24
    assert not Employee.objects.exclude(userid="").exists()


def test_beside_the_sandbox_its_codes_arrive(plain, sandbox, settings):
    settings.HAINA_SANDBOX = True
    call_command("load_demo")

    account = ServiceAccount.objects.get()
    codes.send_code(account, "+8613800138000", "application", address="", now=timezone.now())
    (arrived,) = sandbox.see("sms")["messages"]
    assert "您的验证码是" in arrived["text"]
    assert all(services.is_set_up(account, purpose) for purpose in Message.Purpose)


def test_without_the_sandbox_it_has_no_sms(plain, settings):
    settings.HAINA_SANDBOX = False

    call_command("load_demo")

    assert not Gateway.objects.exists()


def test_its_people_can_sign_in(plain, sign_in):
    call_command("load_demo")

    home = reverse("residents:list", args=[data.SLUG])
    for username in (data.CREATOR, data.OPERATOR):
        assert User.objects.get(username=username).check_password(data.PASSWORD)
        client = sign_in(User.objects.get(username=username))
        assert len(client.get(home).context["table"].rows) == 40


def test_its_operator_sees_no_id_numbers(plain):
    call_command("load_demo")

    operator = Administrator.objects.get(user__username=data.OPERATOR)
    assert Rights.of(operator).hidden_fields == {"id_number"}


def test_a_second_start_changes_nothing(plain, capsys):
    call_command("load_demo")
    call_command("load_demo")

    assert ServiceAccount.objects.count() == 1
    assert Resident.objects.count() == 40
    assert capsys.readouterr().out.count("sign in as demo") == 2


def test_an_installation_in_use_gets_no_demo(plain, capsys):
    make.account("fengniao")

    call_command("load_demo")

    assert list(ServiceAccount.objects.values_list("slug", flat=True)) == ["fengniao"]
    assert capsys.readouterr().out == ""


def test_there_is_no_demo_where_https_is_on(settings):
    settings.HAINA_HTTPS = True

    with pytest.raises(CommandError):
        call_command("load_demo")

    assert User.objects.count() == 0
