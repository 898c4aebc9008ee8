"""公众号设置: secrets go in and never come out; a check says what is wrong."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from followers.models import Sync
from haina.accounts.audit import Actor
from haina.accounts.models import AuditEntry
from haina.wechat import services
from haina.wechat.models import Connection
from tests import make

FORM = {
    "app_id": "wx0000000000000001",
    "secret": "sandboxsandboxsandboxsandbox0001",
    "token": "mytoken123",
    "aes_key": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
}
SECRETS = (FORM["secret"], FORM["token"], FORM["aes_key"])


@pytest.fixture
def page(account):
    return reverse("official:settings", args=[account.slug])


@pytest.fixture
def check(account):
    return reverse("official:check", args=[account.slug])


@pytest.fixture
def client(sign_in, creator):
    return sign_in(creator)


def shown(response) -> str:
    return response.content.decode()


@pytest.fixture
def connected(client, page, check, sandbox, account):
    client.post(page, FORM)
    client.post(check)
    return Connection.objects.get(account=account)


def test_settings_are_saved_and_secrets_never_shown(client, page, account):
    pasted = FORM | {"app_id": f" {FORM['app_id']}\n", "secret": f"{FORM['secret']} "}

    html = shown(client.post(page, pasted, follow=True))

    connection = Connection.objects.get(account=account)
    assert (connection.app_id, connection.secret) == (FORM["app_id"], FORM["secret"])
    assert f"/wechat/{connection.door}/" in html
    assert not [secret for secret in SECRETS if secret in html]
    entry = AuditEntry.objects.get(action="wechat.changed")
    assert entry.fields == ["aes_key", "app_id", "secret", "token"]


def test_an_empty_box_keeps_the_secret(client, page, account):
    client.post(page, FORM)

    client.post(page, {"app_id": FORM["app_id"], "secret": "", "token": "another1", "aes_key": ""})

    connection = Connection.objects.get(account=account)
    assert (connection.secret, connection.token) == (FORM["secret"], "another1")


def test_former_key_is_kept_and_the_address_to_be_verified_anew(client, page, account):
    client.post(page, FORM)
    Connection.objects.update(verified_at="2026-11-22T08:00:00+08:00")

    client.post(page, {"app_id": FORM["app_id"], "aes_key": FORM["aes_key"][::-1]})

    connection = Connection.objects.get(account=account)
    assert connection.former_aes_key == FORM["aes_key"]
    assert timezone.now() - connection.aes_key_changed_at < timedelta(minutes=5)
    assert connection.verified_at is None


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("app_id", "gh_123", "AppID以wx开头，共18位。"),
        ("secret", "short", "AppSecret是32位字母和数字。请重新复制。"),
        ("token", "带汉字", "Token是3到32位字母和数字，与微信公众平台一致。"),
        ("aes_key", "x" * 42, "EncodingAESKey是43位字母和数字。请重新复制。"),
        ("secret", "", "请填写此项。"),
    ],
)
def test_what_cannot_be_right_is_told_and_not_saved(client, page, field, value, sentence):
    response = client.post(page, FORM | {field: value})

    assert response.status_code == 422
    assert sentence in shown(response)
    assert not Connection.objects.exists()


AGAIN = "没有保存，且不会再次显示，请重新填写。"


@pytest.mark.parametrize(
    ("changed", "times"), [({"app_id": "gh_1"}, 3), ({"token": "!"}, 2), ({"aes_key": ""}, 2)]
)
def test_secrets_of_a_refused_form_are_asked_for_again(client, page, changed, times):
    html = shown(client.post(page, FORM | changed))

    assert html.count(AGAIN) == times
    assert not [secret for secret in SECRETS if secret in html]


def test_kept_secrets_are_not_asked_for_again(client, page, stranger):
    client.post(page, FORM)
    make.wechat(stranger.account, app_id="wx0000000000000002")
    changed = {"app_id": "wx0000000000000002", "token": "another1"}

    html = shown(client.post(page, {**FORM, "secret": "", "aes_key": "", **changed}))

    assert html.count(AGAIN) == 1
    assert Connection.objects.get(app_id=FORM["app_id"]).token == FORM["token"]


@pytest.mark.parametrize(("fault", "is_shown"), [(-9, False), (40013, True)])
def test_only_codes_of_wechat_are_shown(client, page, fault, is_shown):
    client.post(page, FORM)
    Connection.objects.update(fault=fault, checked_at=timezone.now())

    assert (f"({fault})" in shown(client.get(page))) == is_shown


def test_one_official_account_is_connected_once(client, page, stranger):
    make.wechat(stranger.account, app_id=FORM["app_id"])

    response = client.post(page, FORM)

    assert response.status_code == 422
    assert "已在别处接入" in shown(response)
    assert Connection.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_first_good_check_starts_the_sync(client, page, check, account, sandbox):
    client.post(page, FORM)

    html = shown(client.post(check, follow=True))

    assert "连接正常" in html
    assert "已接入" in html
    assert Sync.objects.get(account=account).is_running
    Sync.objects.all().delete()
    client.post(check)
    assert not Sync.objects.exists()


@pytest.mark.parametrize(
    ("code", "message", "told"),
    [
        (40013, "invalid appid", "AppID不正确"),
        (40125, "invalid appsecret", "AppSecret不正确"),
        (40164, "invalid ip 203.0.113.7, not in whitelist", "203.0.113.7"),
        (48001, "api unauthorized", "没有调用这个接口的权限"),
    ],
)
@pytest.mark.django_db(transaction=True)
def test_check_says_what_is_wrong(client, page, check, sandbox, code, message, told):
    client.post(page, FORM)
    sandbox.fault("*", errcode=code, errmsg=message)

    html = shown(client.post(check, follow=True))

    assert told in html
    assert "未接入" not in html
    assert Connection.objects.get().connected_at is None


@pytest.mark.django_db(transaction=True)
def test_connected_account_cannot_become_another_one(client, page, check, sandbox):
    client.post(page, FORM)
    client.post(check)

    response = client.post(page, FORM | {"app_id": "wx0000000000000002"})

    assert response.status_code == 422
    assert Connection.objects.get().app_id == FORM["app_id"]


@pytest.mark.django_db(transaction=True)
def test_a_change_makes_the_check_before_it_void(client, page, check, connected):
    Connection.objects.update(fault=40125, fault_detail="x", verified_at=timezone.now())

    html = shown(client.post(page, FORM | {"secret": FORM["secret"][::-1]}, follow=True))

    assert "已修改，尚未检测" in html
    assert "AppSecret不正确" not in html
    connection = Connection.objects.get()
    assert (connection.checked_at, connection.fault, connection.fault_detail) == (None, None, "")
    assert connection.verified_at


def test_another_app_id_is_to_be_verified_anew(client, page):
    client.post(page, FORM)
    Connection.objects.update(verified_at=timezone.now())

    client.post(page, FORM | {"app_id": "wx0000000000000002"})

    assert Connection.objects.get().verified_at is None


@pytest.mark.parametrize("changed", [{"app_id": "wx0000000000000002"}, {"secret": "x" * 32}])
@pytest.mark.django_db(transaction=True)
def test_an_answer_about_other_values_is_not_kept(client, page, sandbox, creator, changed):
    client.post(page, FORM)
    asked = Connection.objects.get()
    client.post(page, FORM | changed)

    services.check(asked, by=Actor.of(creator), now=timezone.now())

    connection = Connection.objects.get()
    assert (connection.checked_at, connection.connected_at) == (None, None)


@pytest.mark.django_db(transaction=True)
def test_an_earlier_check_that_ends_later_is_not_kept(client, page, sandbox, creator):
    client.post(page, FORM)
    asked, now = Connection.objects.get(), timezone.now()
    Connection.objects.update(checked_at=now + timedelta(seconds=1), fault=40164)

    services.check(asked, by=Actor.of(creator), now=now)

    assert Connection.objects.get().fault == 40164
