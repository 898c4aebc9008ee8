"""bin/manage open_account: the first account of a production installation."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from haina.accounts.models import AuditEntry, ServiceAccount, User
from tests import make

pytestmark = pytest.mark.django_db
ASKED = {"slug": "fengniao", "name": "蜂鸟小区A", "creator": "Ma.Jingli"}


def opened(*flags, **more) -> str:
    told = StringIO()
    options = [f"--{name.replace('_', '-')}={value}" for name, value in (ASKED | more).items()]
    call_command("open_account", *options, *flags, stdout=told)
    return told.getvalue()


def test_the_creator_signs_in_with_the_password_that_is_printed_once(client):
    answer = json.loads(opened("--json", creator_name="马经理"))

    assert (answer["slug"], answer["creator"]) == ("fengniao", "ma.jingli")
    name = {"username": "ma.jingli", "password": answer["password"]}
    assert client.post("/sign-in/", name).status_code == 302
    assert client.get("/fengniao/", follow=True).status_code == 200
    assert User.objects.get().name == "马经理"
    trail = AuditEntry.objects.order_by("pk").values_list("action", "actor")
    told = [("user.added_by_ops", "bin/manage"), ("account.opened", "bin/manage")]
    assert list(trail) == told


def test_a_user_who_is_there_keeps_name_and_password():
    user = make.user("ma.jingli", name="马经理")

    told = opened()

    user.refresh_from_db()
    assert user.check_password(make.PASSWORD)
    assert make.creator_of(ServiceAccount.objects.get()).user == user
    assert "password" not in told


def test_a_password_that_was_typed_is_not_printed(monkeypatch):
    typed = "haina.accounts.management.commands.open_account.getpass"
    monkeypatch.setattr(typed, lambda prompt: make.PASSWORD)

    told = opened("--ask-password")

    assert make.PASSWORD not in told
    assert User.objects.get().check_password(make.PASSWORD)


@pytest.mark.parametrize(
    "wrong",
    [
        {"slug": "sign-in"},
        {"slug": "Feng Niao"},
        {"slug": "taken"},
        {"name": ""},
        {"name": "长" * 41},
        {"creator": "13500000000"},
        {"creator": ""},
        {"creator": "ops"},
    ],
)
def test_what_the_rules_forbid_is_refused_and_nothing_is_made(wrong):
    make.account("taken")
    make.user("ops", is_staff=True)
    users = User.objects.count()

    with pytest.raises(CommandError) as refused:
        opened(**wrong)

    assert refused.value.returncode == 1
    assert "：" in str(refused.value)
    assert User.objects.count() == users
    assert ServiceAccount.objects.count() == 1


def test_a_weak_password_is_refused(monkeypatch):
    typed = "haina.accounts.management.commands.open_account.getpass"
    monkeypatch.setattr(typed, lambda prompt: "12345678")

    with pytest.raises(CommandError, match="密码"):
        opened("--ask-password")

    assert not User.objects.exists()
