"""公众号设置: secrets go in and never come out; a check says what is wrong."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from followers.models import Follower, Sync
from haina.accounts.audit import Actor
from haina.accounts.models import AuditEntry
from haina.accounts.permissions import Level, Section
from haina.accounts.privacy import PHONE_SEARCHES
from haina.wechat import services
from haina.wechat.messages import choices_for, fields_in
from haina.wechat.models import Call, Connection, Template
from haina.wechat.official import AccountTemplate, official
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


@pytest.fixture
def connected(client, page, check, sandbox, account):
    client.post(page, FORM)
    client.post(check)
    return Connection.objects.get(account=account)


@pytest.fixture
def choose(account):
    return reverse("official:template-review", args=[account.slug])


@pytest.mark.django_db(transaction=True)
def test_template_is_chosen_and_its_fields_filled(client, choose, connected):
    theirs = next(t for t in official(connected).templates() if "审核" in t.title)
    html = shown(client.get(choose, {"template": theirs.id}))
    fields = fields_in(theirs.content)
    assert all(field.label in html for field in fields)
    mapping = {field.name: next(iter(choices_for("review", field))) for field in fields}

    client.post(choose, {"template": theirs.id, **mapping})

    template = Template.objects.get(connection=connected)
    assert (template.template_id, template.fields) == (theirs.id, mapping)


@pytest.fixture
def chosen(client, choose, connected):
    """The template for reviews, with all its fields."""
    theirs = next(t for t in official(connected).templates() if "审核" in t.title)
    fields = fields_in(theirs.content)
    mapping = {field.name: next(iter(choices_for("review", field))) for field in fields}
    client.post(choose, {"template": theirs.id, **mapping})
    return Template.objects.get(connection=connected)


@pytest.mark.django_db(transaction=True)
def test_preview_follows_what_is_chosen(client, choose, connected):
    theirs = next(t for t in official(connected).templates() if "审核" in t.title)
    (thing, *_others) = [f for f in fields_in(theirs.content) if f.kind == "thing"]

    html = shown(client.get(choose, {"template": theirs.id, thing.name: "account"}))

    assert "蜂鸟小区A" in html.split('id="example"')[1]


@pytest.fixture
def try_out(account):
    return reverse("official:test-review", args=[account.slug])


@pytest.mark.django_db(transaction=True)
def test_test_message_reaches_the_chosen_follower(client, account, chosen, try_out, sandbox):
    openid = sandbox.openids()[0]
    follower = Follower.objects.create(account=account, openid=openid, remark="老张")
    Follower.objects.create(account=account, openid=sandbox.openids()[1], remark="老李")

    html = shown(client.post(try_out, {"q": "老张"}))
    client.post(try_out, {"follower": follower.pk})

    assert "老张" in html
    assert "老李" not in html
    (message,) = sandbox.inbox(openid)
    assert "蜂鸟小区A" in str(message["values"])


@pytest.mark.parametrize("state", [{"blocked": True}, {"subscribed": False}, {"account": "other"}])
@pytest.mark.django_db(transaction=True)
def test_nobody_else_gets_a_test_message(client, account, chosen, try_out, sandbox, state):
    openid = sandbox.openids()[0]
    state = state | {"account": make.account("other") if "account" in state else account}
    follower = Follower.objects.create(openid=openid, **state)

    response = client.post(try_out, {"follower": follower.pk})

    assert response.status_code == 422
    assert sandbox.inbox(openid) == []


@pytest.mark.django_db(transaction=True)
def test_refused_test_message_is_told(client, account, chosen, try_out, sandbox):
    follower = Follower.objects.create(account=account, openid=sandbox.openids()[0])
    sandbox.unfollow(follower.openid)

    response = client.post(try_out, {"follower": follower.pk})

    assert "用户没有关注公众号" in shown(response)


@pytest.mark.django_db(transaction=True)
def test_template_with_an_empty_field_is_not_saved(client, choose, connected):
    theirs = official(connected).templates()[0]

    response = client.post(choose, {"template": theirs.id})

    assert response.status_code == 422
    assert not Template.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_fault_of_wechat_is_told_in_the_dialog(client, choose, connected, sandbox):
    sandbox.fault("cgi-bin/template/get_all_private_template", errcode=48001)

    html = shown(client.get(choose))

    assert "没有调用这个接口的权限" in html


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


@pytest.mark.django_db(transaction=True)
def test_a_template_that_nothing_of_ours_fits_is_not_offered(client, choose, connected):
    offered = next(t for t in official(connected).templates() if "审核" in t.title)
    unfit = next(t for t in official(connected).templates() if t.title == "服务进度提醒")

    html = shown(client.get(choose, {"template": unfit.id}))

    assert offered.title in html
    assert unfit.title not in html
    assert "没有列出" in html
    assert client.post(choose, {"template": unfit.id}).status_code == 422


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.django_db(transaction=True)
def test_a_value_that_a_field_cannot_hold_is_no_fault(client, choose, connected, method):
    theirs = next(t for t in official(connected).templates() if "审核" in t.title)
    fields = {field.name: "community" for field in fields_in(theirs.content)}

    response = getattr(client, method)(choose, {"template": theirs.id, **fields})

    assert response.status_code == {"get": 200, "post": 422}[method]


@pytest.mark.django_db(transaction=True)
def test_a_stored_template_that_nothing_fits_can_be_looked_at(client, chosen, try_out):
    Template.objects.update(fields={})

    response = client.get(try_out)

    assert response.status_code == 200
    assert "（未选择）" in shown(response)
    assert ".DATA}}" not in shown(response)


@pytest.mark.django_db(transaction=True)
def test_the_preview_asks_wechat_once(client, choose, connected):
    theirs = official(connected).templates()[0]
    asked = Call.objects.filter(endpoint__endswith="get_all_private_template")
    asked.delete()

    client.get(choose)
    for _ in range(3):
        client.get(choose, {"template": theirs.id})
    client.post(choose, {"template": theirs.id})

    assert asked.count() == 1
    client.get(choose)
    assert asked.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_test_sent_twice_arrives_once(client, account, chosen, try_out, sandbox):
    follower = Follower.objects.create(account=account, openid=sandbox.openids()[0])
    once = client.get(try_out).context["once"]

    for _ in range(2):
        client.post(try_out, {"follower": follower.pk, "once": once})

    assert len(sandbox.inbox(follower.openid)) == 1
    entry = AuditEntry.objects.filter(action="wechat.test_sent").first()
    assert (entry.model, entry.ids) == ("followers.follower", [follower.pk])
    assert entry.reason == "住户审核提醒"


@pytest.mark.django_db(transaction=True)
def test_whom_a_test_is_for_is_looked_for_in_no_address(client, account, chosen, try_out):
    Follower.objects.create(account=account, openid="a", remark="老张")
    Follower.objects.create(account=account, openid="b", remark="老李")

    assert "老李" in shown(client.get(try_out, {"q": "老张"}))
    assert 'hx-get="' + try_out not in shown(client.get(try_out))


@pytest.mark.django_db(transaction=True)
def test_a_search_by_phone_counts_at_the_test_too(sign_in, account, chosen, try_out, monkeypatch):
    sections = dict.fromkeys((Section.FOLLOWERS, Section.RESIDENTS), Level.VIEW)
    sections[Section.ADMINISTRATORS] = Level.MANAGE
    client = sign_in(make.operator(account, sections=sections, fields={"phone": Level.VIEW}))

    client.post(try_out, {"q": "2808"})
    assert AuditEntry.objects.filter(action="resident.searched_by_phone").exists()

    monkeypatch.setattr(type(PHONE_SEARCHES), "take", lambda *args, **kwargs: False)
    assert "按手机号搜索的次数过多" in shown(client.post(try_out, {"q": "2808"}))


@pytest.mark.django_db(transaction=True)
def test_who_may_see_no_followers_is_told_so(sign_in, account, chosen, try_out):
    Follower.objects.create(account=account, openid="a", remark="老张")
    who = make.operator(account, sections={Section.ADMINISTRATORS: Level.MANAGE})

    html = shown(sign_in(who).get(try_out))

    assert "没有查看微信关注用户的权限" in html
    assert "老张" not in html


def test_a_long_title_is_cut(client, page, creator):
    client.post(page, FORM)
    long = AccountTemplate("id", "审" * 65, "{{productType.DATA}}")
    by, now = Actor.of(creator), timezone.now()

    fields = {"productType": "community"}
    services.choose_template(Connection.objects.get(), "review", long, fields, by=by, now=now)

    assert Template.objects.get().title == "审" * 64
