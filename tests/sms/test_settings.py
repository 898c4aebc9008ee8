"""短信设置: secrets go in and never come out; a test says what is wrong with them."""

import logging

import pytest
from django.urls import reverse
from django.utils import timezone

from haina.accounts.audit import Actor
from haina.accounts.models import AuditEntry
from haina.sandbox.world import SDK_APP_ID, SECRET_ID, SECRET_KEY, SIGN_NAME
from haina.sms import gateways, services
from haina.sms.models import Gateway, Message, PhoneCode
from tests import make

pytestmark = pytest.mark.django_db
PHONE = "+8613800138000"
FORM = {
    "secret_id": SECRET_ID,
    "secret_key": SECRET_KEY,
    "sdk_app_id": SDK_APP_ID,
    "sign_name": SIGN_NAME,
    "region": "ap-nanjing",
    "code_template": "1000001",
    "review_template": "1000002",
    "result_template": "1000003",
}
WITHOUT = {"secret_id": "", "secret_key": ""}
SECRETS = (FORM["secret_id"], FORM["secret_key"])


@pytest.fixture
def page(account):
    return reverse("sms:settings", args=[account.slug])


@pytest.fixture
def client(sign_in, creator):
    return sign_in(creator)


def shown(response) -> str:
    return response.content.decode()


def test_settings_are_saved_and_secrets_never_shown(client, page, account):
    pasted = FORM | {"secret_key": f" {FORM['secret_key']}\n", "sdk_app_id": "１４００００００01"}

    html = shown(client.post(page, pasted, follow=True))

    gateway = Gateway.objects.get(account=account)
    assert gateway.values == tuple(FORM.values())
    assert not [secret for secret in SECRETS if secret in html]
    assert "尚未检测" in html
    entry = AuditEntry.objects.get(action="sms.changed")
    assert set(entry.fields) == FORM.keys()
    assert not [secret for secret in SECRETS if secret in str(vars(entry))]


def test_an_empty_box_keeps_the_secret(client, page, account):
    client.post(page, FORM)

    client.post(page, FORM | WITHOUT | {"review_template": ""})

    gateway = Gateway.objects.get(account=account)
    assert (gateway.secret_id, gateway.secret_key) == SECRETS
    assert gateway.review_template == ""
    assert AuditEntry.objects.filter(action="sms.changed").latest("pk").fields == [
        "review_template"
    ]


def test_saving_what_there_is_changes_nothing(client, page):
    client.post(page, FORM)
    Gateway.objects.update(checked_at=timezone.now())

    client.post(page, FORM)

    assert Gateway.objects.get().checked_at
    assert AuditEntry.objects.filter(action="sms.changed").count() == 1


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("secret_id", "IKIDsandbox0000000001", "SecretId以AKID开头"),
        ("secret_id", "", "请填写此项。"),
        ("secret_key", "带汉字", "SecretKey只有字母和数字"),
        ("sdk_app_id", "my-app", "SDKAppID只有数字"),
        ("sign_name", "一" * 13, "签名内容是2到12个汉字"),
        ("sign_name", "【海纳】", "也不含【】"),
        ("sign_name", "123456", "不是签名ID"),
        ("region", "ap-nowhere", "请选择地域。"),
        ("code_template", "", "请填写此项。"),
        ("code_template", "模板一", "模板ID只有数字"),
        ("review_template", "1" * 21, "模板ID只有数字"),
        ("result_template", "1000001", "与验证码模板ID相同"),
    ],
)
def test_what_cannot_be_right_is_told_and_nothing_saved(client, page, field, value, sentence):
    response = client.post(page, FORM | {field: value})

    assert response.status_code == 422
    assert sentence in shown(response)
    assert not Gateway.objects.exists()
    assert not AuditEntry.objects.filter(action="sms.changed").exists()


def test_a_refused_form_keeps_what_was_typed_but_no_secret_and_says_so(client, page):
    html = shown(client.post(page, FORM | {"code_template": "x"}))

    assert SDK_APP_ID in html
    assert SIGN_NAME in html
    assert not [secret for secret in SECRETS if secret in html]
    assert html.count("没有保存，且不会再次显示，请重新填写。") == 2


def test_who_saves_while_another_stops_it_is_told(client, page, account, creator):
    client.post(page, FORM)
    values = FORM | WITHOUT
    Gateway.objects.all().delete()

    with pytest.raises(gateways.NotSetUp):
        gateways.save(account, values, by=Actor.of(creator), now=timezone.now())

    assert not Gateway.objects.exists()


def test_without_a_gateway_the_page_says_what_that_means(client, page):
    html = shown(client.get(page))

    assert "还没有设置短信" in html
    assert "不能用验证码证明手机号" in html
    assert "发送测试" not in html


def try_out(client, account, purpose="code", phone="138 0013 8000", **more):
    url = reverse(f"sms:test-{purpose}", args=[account.slug])
    return client.post(url, {"phone": phone}, **more)


@pytest.mark.parametrize(
    ("purpose", "text"),
    [
        ("code", "您的验证码是000000，"),
        ("review", "您有0条住户认证申请"),
        ("result", "您的住户认证状态有更新"),
    ],
)
def test_each_template_can_be_tried(client, account, gateway, sandbox, purpose, text):
    html = shown(try_out(client, account, purpose, follow=True))

    (arrived,) = sandbox.see("sms", phone=PHONE)["messages"]
    assert text in arrived["text"]
    assert "腾讯云已接受测试短信" in html
    assert "设置正常" in html
    assert "上次成功发送" in html
    assert not PhoneCode.objects.exists()


def test_nothing_of_the_phone_is_in_trail_or_log(client, account, gateway, sandbox, caplog):
    caplog.set_level(logging.DEBUG)

    try_out(client, account)

    entry = AuditEntry.objects.get(action="sms.tested")
    assert (entry.ids, entry.fields) == ([gateway.pk], ["code_template"])
    for part in (PHONE, "13800138000", "138 0013 8000", "00138000"):
        assert part not in str(vars(entry))
        assert part not in caplog.text


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("AuthFailure.SignatureFailure", "SecretId或SecretKey不正确"),
        ("FailedOperation.SignatureIncorrectOrUnapproved", "短信签名不正确或未通过审核"),
        ("FailedOperation.InsufficientBalanceInSmsPackage", "短信套餐包余量不足"),
        ("UnauthorizedOperation.RequestIpNotInWhitelist", "服务器的IP不在短信应用的白名单中"),
        ("FailedOperation.Unheard", "短信服务返回 FailedOperation.Unheard"),
    ],
)
def test_a_fault_of_the_settings_is_kept_and_shown(
    client, page, account, gateway, sandbox, code, sentence
):
    sandbox.fault("sms/SendSms", code=code)

    assert try_out(client, account).status_code == 302

    for html in (shown(client.get(page)), shown(client.get(page))):
        assert f"验证码：{sentence}" in html
        assert code in html
        assert "设置正常" not in html
    assert AuditEntry.objects.filter(action="sms.tested").count() == 1


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("FailedOperation.PhoneNumberInBlacklist", "退订过短信或在黑名单中"),
        ("LimitExceeded.PhoneNumberDailyLimit", "今天收到的短信太多"),
        ("LimitExceeded.AppDailyLimit", "到短信控制台调整频率限制"),
        ("InternalError.Timeout", "短信服务繁忙"),
    ],
)
def test_what_is_no_fault_of_the_settings_is_told_in_the_dialog(
    client, account, gateway, sandbox, code, sentence
):
    sandbox.fault("sms/SendSms", code=code)

    response = try_out(client, account)

    assert response.status_code == 422
    assert sentence in shown(response)
    assert code in shown(response)
    gateway.refresh_from_db()
    assert (gateway.fault, gateway.checked_at) == ("", None)


def test_limits_bind_tests_too(client, account, gateway, sandbox):
    try_out(client, account)

    response = try_out(client, account, "review")

    assert response.status_code == 422
    assert "刚刚发送过，请30秒后再试。" in shown(response)
    assert len(sandbox.see("sms", phone=PHONE)["messages"]) == 1
    assert AuditEntry.objects.filter(action="sms.tested").count() == 1


@pytest.mark.parametrize(
    ("phone", "sentence"), [("", "请填写手机号。"), ("12", "格式不正确"), ("abc", "格式不正确")]
)
def test_a_bad_phone_is_refused(client, account, gateway, sandbox, phone, sentence):
    response = try_out(client, account, phone=phone)

    assert response.status_code == 422
    assert sentence in shown(response)
    assert not sandbox.calls("sms/SendSms")


def test_without_its_template_there_is_nothing_to_try(client, page, account, gateway, sandbox):
    Gateway.objects.update(review_template="")

    assert try_out(client, account, "review").url == page
    assert not sandbox.calls("sms/SendSms")
    assert "未设置模板，不发送" in shown(client.get(page))


def test_stopping_asks_first_and_forgets_the_secrets(client, page, account, gateway):
    remove = reverse("sms:remove", args=[account.slug])

    assert "不能再用验证码证明手机号" in shown(client.get(remove))
    assert Gateway.objects.exists()
    html = shown(client.post(remove, follow=True))

    assert not Gateway.objects.exists()
    assert "还没有设置短信" in html
    assert AuditEntry.objects.filter(action="sms.removed").count() == 1
    assert not services.is_set_up(account, Message.Purpose.CODE)
    assert client.post(remove).url == page


def test_nobody_elses_gateway_is_touched(client, account, stranger, gateway, page):
    theirs = make.sms(stranger.account, sign_name="别家物业")

    client.post(reverse("sms:remove", args=[account.slug]))

    assert Gateway.objects.get() == theirs
    assert "别家物业" not in shown(client.get(page))


def test_htmx_gets_the_dialog_and_is_led_back(client, account, gateway, sandbox, page):
    htmx = {"headers": {"HX-Request": "true"}}
    url = reverse("sms:test-code", args=[account.slug])

    fragment = shown(client.get(url, **htmx))
    response = try_out(client, account, **htmx)

    assert "<html" not in fragment
    assert "发送测试短信：验证码" in fragment
    assert response["HX-Redirect"] == page
