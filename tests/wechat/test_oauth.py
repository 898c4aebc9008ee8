"""The way to a visitor's openid and back: who comes in, and that no misuse of it binds anybody."""

from datetime import timedelta
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from django.db import connection as database
from django.test import Client
from django.utils import timezone

from followers.models import Follower
from haina.wechat import tasks
from haina.wechat.models import OAuthState
from tests import make
from tests.wechat.phone import USER_AGENT, Phone

HOME = "/m/fengniao/"


@pytest.fixture
def phone(sandbox, demo):
    return Phone(sandbox, sandbox.people()[0])


@pytest.fixture
def other_phone(sandbox, demo):
    return Phone(sandbox, sandbox.people()[1])


@pytest.fixture
def follower(account, phone):
    return Follower.objects.create(account=account, openid=phone.openid)


def state_of(address: str) -> str:
    return parse_qs(urlsplit(address).query)["state"][0]


def assert_nobody(phone):
    assert phone.bound() == {}
    assert phone.get(HOME).status_code == 302


def test_a_visitor_is_known_after_wechat_was_asked(phone, account):
    page = phone.visit(HOME)

    assert (page.status_code, "您好" in page.content.decode()) == (200, True)
    assert phone.bound() == {str(account.pk): phone.openid}
    assert not OAuthState.objects.exists()


def test_wechat_is_asked_as_it_wants_to_be(phone, demo):
    address = phone.sent_to(HOME)

    query = urlsplit(address).query
    names = [part.partition("=")[0] for part in query.split("&")]
    assert names == ["appid", "redirect_uri", "response_type", "scope", "state"]
    assert address.endswith("#wechat_redirect")
    assert quote("http://127.0.0.1/m/fengniao/oauth/", safe="") in query
    assert state_of(address).isalnum()
    assert len(state_of(address)) <= 128


def test_the_visitor_comes_to_the_page_they_asked_for(phone):
    back = phone.get(phone.back_from(phone.sent_to(f"{HOME}?from=menu")))

    assert back.headers["Location"] == f"{HOME}?from=menu"


def test_the_way_to_an_invitation_keeps_its_token_sealed(phone):
    token = "t0ken" * 6
    link = f"{HOME}invited/?t={token}"
    address = phone.sent_to(link)

    with database.cursor() as cursor:
        cursor.execute("SELECT path, wechat_oauthstate::text FROM wechat_oauthstate")
        ((stored, row),) = cursor.fetchall()
    assert token.encode() not in bytes(stored)
    assert token.encode().hex() not in row
    assert phone.get(phone.back_from(address)).headers["Location"] == link


def test_the_session_has_a_new_key_once_somebody_is_known(phone):
    """Whoever had set the key beforehand is not the visitor afterwards."""
    address = phone.sent_to(HOME)
    before = phone.client.session.session_key
    fixed = Client(SERVER_NAME="127.0.0.1", headers={"user-agent": USER_AGENT})
    fixed.cookies.update(phone.client.cookies)

    phone.get(phone.back_from(address))

    assert phone.client.session.session_key != before
    assert fixed.get(HOME).status_code == 302
    assert phone.get(HOME).status_code == 200


def test_a_state_is_good_once(phone, other_phone):
    address = phone.sent_to(HOME)
    assert phone.get(phone.back_from(address)).status_code == 302
    first = phone.bound()
    phone.cookies = other_phone.cookies

    again = phone.get(phone.back_from(address))

    assert (again.status_code, "重新打开" in again.content.decode()) == (403, True)
    assert phone.bound() == first


def test_a_code_is_good_once(phone, other_phone):
    """Somebody who saw it come by cannot use it with a state of their own."""
    back = phone.back_from(phone.sent_to(HOME))
    phone.get(back)
    code = parse_qs(urlsplit(back).query)["code"][0]
    state = state_of(other_phone.sent_to(HOME))

    refused = other_phone.get(f"/m/fengniao/oauth/?code={code}&state={state}")

    assert refused.status_code == 502
    assert_nobody(other_phone)


def test_a_state_of_another_browser_binds_nobody(phone, other_phone):
    """Else a link would sign the victim in as the attacker."""
    attack = other_phone.back_from(other_phone.sent_to(HOME))

    assert phone.get(attack).status_code == 403
    phone.sent_to(HOME)  # also not in a session that has begun a way of its own
    assert phone.get(attack).status_code == 403
    assert_nobody(phone)
    assert other_phone.get(attack).status_code == 302  # it was not used up


def test_a_state_of_another_account_binds_nobody(phone):
    make.wechat(make.account("other"))
    back = phone.back_from(phone.sent_to(HOME))

    assert phone.get(back.replace("fengniao", "other")).status_code == 403
    assert_nobody(phone)


@pytest.mark.parametrize("state", ["", "state=", "state=" + "a" * 64, "state=%00", "state=状态"])
def test_a_missing_or_made_up_state_binds_nobody(phone, state):
    phone.sent_to(HOME)

    assert phone.get(f"/m/fengniao/oauth/?code=1&{state}").status_code in {400, 403}
    assert_nobody(phone)


def test_a_state_is_over_after_ten_minutes(phone):
    back = phone.back_from(phone.sent_to(HOME))
    OAuthState.objects.update(expires_at=timezone.now())

    page = phone.get(back)

    assert page.status_code == 403
    assert f'href="{HOME}"' in page.content.decode()
    assert_nobody(phone)


def test_a_state_lasts_ten_minutes(phone):
    phone.sent_to(HOME)

    left = OAuthState.objects.get().expires_at - timezone.now()
    assert timedelta(minutes=9) < left <= timedelta(minutes=10)


def test_two_tabs_are_fine(phone, account):
    first, second = phone.sent_to(HOME), phone.sent_to(f"{HOME}?tab=2")

    assert phone.get(phone.back_from(first)).headers["Location"] == HOME
    assert phone.get(phone.back_from(second)).headers["Location"] == f"{HOME}?tab=2"
    assert phone.bound() == {str(account.pk): phone.openid}


def test_an_openid_is_of_one_account(phone):
    make.wechat(make.account("other"))
    phone.visit(HOME)

    assert phone.get("/m/other/").status_code == 302


def test_who_says_no_is_bound_to_nothing(phone, follower):
    page = phone.visit(HOME)
    refused = phone.visit("/m/fengniao/profile/", answer="deny")

    assert page.status_code == 200
    assert (refused.status_code, "您没有同意" in refused.content.decode()) == (403, True)
    follower.refresh_from_db()
    assert follower.nickname == ""


def test_a_missing_code_is_a_no(phone):
    state = state_of(phone.sent_to(HOME))

    page = phone.get(f"/m/fengniao/oauth/?state={state}")

    assert (page.status_code, "您没有同意" in page.content.decode()) == (403, True)
    assert_nobody(phone)


def test_a_snapshot_is_nobody(phone):
    phone.cookies["sandbox-snapshot"] = "1"

    page = phone.visit(HOME)

    assert (page.status_code, "请点击右下角“使用完整服务”" in page.content.decode()) == (403, True)
    assert_nobody(phone)


@pytest.mark.parametrize("fault", [{"drop": True}, {"errcode": -1}, {"errcode": 40125}])
def test_without_wechats_answer_nobody_is_known(phone, sandbox, fault):
    back = phone.back_from(phone.sent_to(HOME))
    sandbox.do("faults/add", endpoint="sns/oauth2/access_token", **fault)

    page = phone.get(back)

    assert (page.status_code, "暂时无法确认" in page.content.decode()) == (502, True)
    assert_nobody(phone)


def test_a_blocked_follower_is_kept_out(phone, follower):
    follower.blocked = True
    follower.save()

    page = phone.visit(HOME)

    assert (page.status_code, "暂时不能使用" in page.content.decode()) == (403, True)
    follower.blocked = False
    follower.save()
    assert phone.get(HOME).status_code == 200


def test_a_nickname_is_kept_once_its_owner_agrees(phone, follower):
    page = phone.visit(HOME)
    assert "使用微信昵称" in page.content.decode()
    assert phone.nickname not in page.content.decode()

    page = phone.visit("/m/fengniao/profile/")

    follower.refresh_from_db()
    assert follower.nickname == phone.nickname
    assert f"您好，{phone.nickname}" in page.content.decode()
    assert "使用微信昵称</a>" not in page.content.decode()


def test_a_nickname_is_not_kept_of_who_was_blocked_on_the_way(phone, follower):
    phone.visit(HOME)
    back = phone.back_from(phone.sent_to("/m/fengniao/profile/"))
    Follower.objects.update(blocked=True)

    phone.get(back)

    follower.refresh_from_db()
    assert follower.nickname == ""


def test_a_nickname_is_not_kept_of_who_does_not_follow(phone, follower, sandbox):
    sandbox.unfollow(phone.openid)
    Follower.objects.update(subscribed=False)
    phone.visit(HOME)

    page = phone.visit("/m/fengniao/profile/")

    assert "请先关注公众号" in page.content.decode()
    assert not Follower.objects.exclude(nickname="").exists()


def test_outside_of_wechat_the_page_explains_itself(phone, settings):
    browser = Client(SERVER_NAME="127.0.0.1", headers={"user-agent": "Mozilla/5.0 Firefox/140"})
    settings.WECHAT_USER_AGENT = "MicroMessenger"

    page = browser.get(f"{HOME}?x=1")

    html = page.content.decode()
    assert page.status_code == 200
    assert "请在微信中打开" in html
    assert "http://127.0.0.1/m/fengniao/?x=1</span>" in html
    assert 'src="data:image/svg+xml' in html
    assert not OAuthState.objects.exists()


def test_an_account_without_wechat_has_no_pages(client, account):
    assert client.get(HOME).status_code == 404
    assert client.get(f"{HOME}oauth/").status_code == 404


def test_states_that_are_over_are_forgotten(phone):
    phone.sent_to(HOME)
    OAuthState.objects.update(expires_at=timezone.now())
    phone.sent_to(HOME)

    tasks.forget()

    assert OAuthState.objects.count() == 1
