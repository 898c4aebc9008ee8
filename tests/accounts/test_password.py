"""修改密码, what makes no password, and what the log tells of signing in."""

import logging

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from haina.accounts.models import AuditEntry, User
from tests import make

PAGE = "/sign-in/security/password/"
NEW = "ling-yi-ge-mi-7"
TYPED = {"password": make.PASSWORD, "new_password": NEW, "again": NEW}


def test_it_is_changed_and_noted(sign_in, operator):
    client = sign_in(operator)

    response = client.post(PAGE, TYPED, follow=True)

    assert "密码已修改" in response.content.decode()
    assert User.objects.get(pk=operator.user.pk).check_password(NEW)
    noted = AuditEntry.objects.get(action="user.password_changed")
    assert (noted.account_id, noted.user_id) == (operator.account_id, operator.user.pk)


def test_here_one_stays_signed_in_and_elsewhere_not(sign_in, operator):
    here, elsewhere = sign_in(operator), sign_in(operator)
    key = here.session.session_key

    here.post(PAGE, TYPED)

    assert here.get("/fengniao/jobs/").status_code == 200
    assert here.session.session_key != key
    assert elsewhere.get("/fengniao/jobs/").status_code == 302


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"password": "wrong"}, "密码不正确"),
        ({"password": ""}, "请再次输入您的登录密码"),
        ({"new_password": "kurz-7", "again": "kurz-7"}, "密码太短，至少 8 位"),
        ({"new_password": "haina-2026", "again": "haina-2026"}, "产品名、公司名"),
        ({"new_password": make.PASSWORD, "again": make.PASSWORD}, "不能与当前密码相同"),
        ({"again": "something else"}, "两次输入的密码不一致"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_changed(sign_in, operator, wrong, told):
    response = sign_in(operator).post(PAGE, TYPED | wrong)

    assert response.status_code == 422
    assert told in response.content.decode()
    assert User.objects.get(pk=operator.user.pk).check_password(make.PASSWORD)


def test_the_code_is_asked_where_there_is_one(sign_in, operator):
    make.second_factor(operator.user)
    client = sign_in(operator)

    assert client.post(PAGE, TYPED).status_code == 422
    assert client.post(PAGE, TYPED | {"code": make.code()}).status_code == 302


@pytest.mark.parametrize(
    "password",
    [
        "haina2026!",
        "物业管理密码123",
        "Admin-Password-9",
        "fengniao-2026",
        "qwertyuiop",
        "12345678901",
    ],
)
def test_what_is_easily_guessed_is_refused(operator, password):
    with pytest.raises(ValidationError):
        validate_password(password, operator.user)


@pytest.mark.parametrize(
    "password",
    ["ba zhi xiao mao", "海纳百川有容乃大壁立", "correct horse haina", "x" * 20 + "字" * 44],
)
def test_any_characters_and_a_long_one_are_taken(operator, password):
    validate_password(password, operator.user)


def test_a_name_is_no_password(db):
    with pytest.raises(ValidationError):
        validate_password("Zhang-Xiaoming", User(name="Zhang Xiaoming"))


@pytest.mark.django_db
def test_the_log_tells_who_signed_in_and_who_did_not(operator, caplog):
    caplog.set_level(logging.INFO, "haina.accounts")
    client = Client()

    client.post("/sign-in/", {"username": "13700007788", "password": "falsch"})
    client.post("/sign-in/", {"username": operator.user.username, "password": make.PASSWORD})
    client.post("/sign-out/")

    told = [record.getMessage() for record in caplog.records if "sign" in record.name]
    assert told == [
        "sign-in of user ? refused from 127.0.0.1: wrong name or password",
        f"user {operator.user.pk} signed in from 127.0.0.1 by password",
        f"user {operator.user.pk} signed out",
    ]


def test_signing_out_empties_the_browsers_cache(sign_in, operator):
    assert sign_in(operator).post("/sign-out/").headers["Clear-Site-Data"] == '"cache"'


def test_a_password_that_somebody_else_knows_is_changed_first(sign_in, operator):
    operator.user.password_is_given = True
    operator.user.save()
    client = sign_in(operator)

    led = client.get("/fengniao/jobs/?page=2")
    assert led.headers["Location"] == f"{PAGE}?required=1&next=%2Ffengniao%2Fjobs%2F%3Fpage%3D2"
    assert "由他人设置" in client.get(led.headers["Location"]).content.decode()
    done = client.post(led.headers["Location"], TYPED | {"next": "/fengniao/jobs/"})

    assert done.headers["Location"] == "/fengniao/jobs/"
    assert client.get("/fengniao/jobs/").status_code == 200


def test_what_ops_sets_is_such_a_one(sign_in, ops, operator):
    fields = {"username": operator.user.username, "phone": "", "name": "老张", "is_active": "on"}
    change = f"/ops/accounts/user/{operator.user.pk}/change/"

    sign_in(ops).post(change, fields | {"new_password": NEW})

    operator.user.refresh_from_db()
    assert operator.user.check_password(NEW)
    assert operator.user.password_is_given


def test_ops_may_have_to_have_a_second_factor(sign_in, ops, settings):
    settings.OPS_SECOND_FACTOR = True
    client = sign_in(ops)

    assert client.get("/ops/").headers["Location"].startswith("/sign-in/security/set-up/")
    make.second_factor(ops)
    assert sign_in(ops).get("/ops/").status_code == 200
