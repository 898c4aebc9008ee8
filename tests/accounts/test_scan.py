"""微信扫码登录: a browser waits, a phone says whose it is, and only that browser is signed in."""

import html
import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from haina.accounts import scan, services
from haina.accounts.audit import Actor
from haina.accounts.models import AuditEntry, Scan
from haina.accounts.tasks import forget
from tests import make
from tests.residents.mobile.conftest import Visitor
from tests.together import together

DESK = "/sign-in/scan/fengniao/"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"
HTMX = {"HX-Request": "true"}
CONFIRM, CANCEL = {"act": "confirm"}, {"act": "cancel"}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(1_790_000_000, tick=False) as traveller:
        yield traveller


@pytest.fixture
def connected(account):
    return make.wechat(account)


@pytest.fixture
def phone(account, operator, connected) -> Visitor:
    """小何's, bound."""
    return phone_of(account, operator)


def phone_of(account, administrator=None) -> Visitor:
    follower = make.follower(account)
    if administrator:
        make.colleague(administrator, follower)
    return Visitor(account, follower.openid)


@pytest.fixture
def desk():
    return Client(headers={"user-agent": CHROME}, REMOTE_ADDR="10.1.2.3")


def shown(desk, url=DESK) -> str:
    """The token in the code of a new page."""
    page = desk.get(url).content.decode()
    return re.search(r'name="t" value="([\w-]{43})"', page)[1]


def ask(desk, **more):
    """As the page does every other second."""
    return desk.post(DESK, headers=HTMX, **more)


def is_signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def page_of(token) -> str:
    return f"sign-in/?t={token}"


def test_the_phone_confirms_and_the_desk_is_signed_in(desk, phone, operator):
    token = shown(desk)

    assert ask(desk).status_code == 204
    phone.post(page_of(token), CONFIRM)
    response = ask(desk)

    assert response.headers["HX-Redirect"] == "/fengniao/"
    assert desk.session["_auth_user_id"] == str(operator.user_id)
    assert "haina-device" in response.cookies
    assert desk.get("/fengniao/residents/").status_code == 200


def test_it_leads_where_one_wanted_to_go(desk, phone):
    sign_in = desk.get("/sign-in/?next=/fengniao/residents/%3Fpage%3D2").content.decode()
    url = html.unescape(re.search(r'href="(/sign-in/scan/[^"]+)"', sign_in)[1])
    phone.post(page_of(shown(desk, url)), CONFIRM)

    assert ask(desk).headers["HX-Redirect"] == "/fengniao/residents/?page=2"


@pytest.mark.parametrize("wanted", ["", "//evil.example/", "/sign-in/", "/FengNiao/", "/"])
def test_elsewhere_the_account_is_asked_for(desk, db, wanted):
    page = desk.get("/sign-in/", {"next": wanted}).content.decode()

    assert 'href="/sign-in/scan/"' in page
    answer = desk.get("/sign-in/scan/?account=fengniao")
    assert answer.headers["Location"] == DESK


def test_it_leads_nowhere_else(desk, phone):
    phone.post(page_of(shown(desk, DESK + "?next=//evil.example/")), CONFIRM)

    assert ask(desk).headers["HX-Redirect"] == "/"


def test_without_scripts_a_button_asks(desk, phone):
    token = shown(desk)

    early = desk.post(DESK, {"t": token}).content.decode()
    phone.post(page_of(token), CONFIRM)
    response = desk.post(DESK, {"t": token})

    assert "还没有收到确认" in early
    assert f'value="{token}"' in early
    assert response.headers["Location"] == "/fengniao/"
    assert is_signed_in(desk)


def test_the_phone_says_which_browser_where_and_as_whom(desk, phone):
    text = phone.get(page_of(shown(desk))).content.decode()

    for told in ("Chrome, Windows", "10.1.2.3", "以“小何”的身份登录", "确认登录", "取消"):
        assert told in text


def test_looking_confirms_nothing(desk, phone):
    phone.get(page_of(shown(desk)))

    assert ask(desk).status_code == 204


def test_another_browser_is_not_signed_in(desk, phone):
    other = Client()
    token = shown(desk)
    shown(other)
    phone.post(page_of(token), CONFIRM)

    assert other.post(DESK, {"t": token}).status_code == 200
    assert not is_signed_in(other)
    stranger = Client().post(DESK, {"t": token})
    assert "二维码已过期" in stranger.content.decode()


def test_a_confirmation_is_good_once(desk, phone):
    token = shown(desk)
    phone.post(page_of(token), CONFIRM)
    confirmed = phone.get(page_of(token))
    key = desk.cookies["haina-session"].value
    ask(desk)
    copy = Client()
    copy.cookies["haina-session"] = key

    assert confirmed.status_code == 404
    assert not is_signed_in(copy)
    assert phone.get(page_of(token)).status_code == 404
    assert phone.post(page_of(token), CONFIRM).status_code == 404
    assert not Scan.objects.exists()


def test_the_session_gets_a_new_key(desk, phone):
    token = shown(desk)
    before = desk.session.session_key
    phone.post(page_of(token), CONFIRM)
    ask(desk)

    assert desk.session.session_key != before


def test_three_minutes_for_both(desk, phone, clock):
    early, late = desk, Client()
    first, second = shown(early), shown(late)
    phone.post(page_of(first), CONFIRM)
    clock.shift(timedelta(minutes=3))

    assert phone.get(page_of(second)).status_code == 404
    assert phone.post(page_of(second), CONFIRM).status_code == 404
    over = ask(early)
    assert over.status_code == 286
    assert "二维码已过期" in over.content.decode()
    assert not is_signed_in(early)


def test_what_is_over_is_forgotten(desk, db, clock):
    shown(desk)
    forget()
    assert Scan.objects.exists()
    clock.shift(timedelta(minutes=4))

    forget()

    assert not Scan.objects.exists()


def test_cancelling_ends_it(desk, phone, operator):
    token = shown(desk)

    page = phone.post(page_of(token), CANCEL).content.decode()

    assert "已取消登录" in page
    assert ask(desk).status_code == 286
    assert phone.post(page_of(token), CONFIRM).status_code == 404
    assert AuditEntry.objects.get(action="scan.cancelled").user_id == operator.user_id


def test_a_new_code_voids_the_one_before(desk, phone):
    old = shown(desk)
    shown(desk)

    assert phone.get(page_of(old)).status_code == 404


def test_who_is_no_administrator_learns_nothing(desk, account, connected):
    visitor, token = phone_of(account), shown(desk)

    real = visitor.get(page_of(token))
    never = visitor.get(page_of("no-such-token"))

    assert real.status_code == never.status_code == 404
    assert real.content == never.content
    assert "Chrome" not in real.content.decode()
    assert visitor.post(page_of(token), CONFIRM).status_code == 404
    assert ask(desk).status_code == 204


def test_an_administrator_of_another_account_does_not_confirm(desk, stranger):
    make.wechat(stranger.account)
    visitor = phone_of(stranger.account, stranger)

    response = visitor.client.post(f"/m/other/sign-in/?t={shown(desk)}", CONFIRM)

    assert response.status_code == 404
    assert ask(desk).status_code == 204


@pytest.mark.parametrize("when", ["before", "after"])
def test_who_is_deactivated_signs_nobody_in(desk, phone, operator, when):
    token = shown(desk)
    if when == "after":
        phone.post(page_of(token), CONFIRM)
    by = Actor.command(operator.account)
    services.deactivate(operator, by=by, now=timezone.now())

    if when == "before":
        assert phone.post(page_of(token), CONFIRM).status_code == 404
    ask(desk)
    assert not is_signed_in(desk)


@pytest.mark.parametrize("when", ["before", "after"])
def test_whose_last_day_is_over_signs_nobody_in(desk, phone, operator, when):
    token = shown(desk)
    if when == "after":
        phone.post(page_of(token), CONFIRM)
    operator.ends_on = timezone.localdate() - timedelta(days=1)
    operator.save()

    if when == "before":
        assert phone.post(page_of(token), CONFIRM).status_code == 404
    ask(desk)
    assert not is_signed_in(desk)


def test_the_second_factor_is_asked_for_still(desk, phone, operator):
    make.second_factor(operator.user)
    phone.post(page_of(shown(desk)), CONFIRM)

    assert ask(desk).headers["HX-Redirect"] == "/sign-in/code/"
    assert not is_signed_in(desk)
    assert ask(desk).status_code == 204  # the page asked once more on the way
    desk.post("/sign-in/code/", {"code": make.code()})
    assert is_signed_in(desk)


@pytest.mark.parametrize("with_factor", [False, True])
def test_it_opens_no_other_account(desk, phone, operator, with_factor):
    """Who is whom in WeChat is set in one account, by others too."""
    make.account("elsewhere", creator=operator.user)
    if with_factor:
        make.second_factor(operator.user)
    phone.post(page_of(shown(desk)), CONFIRM)
    ask(desk)
    if with_factor:
        desk.post("/sign-in/code/", {"code": make.code()})

    assert desk.get("/fengniao/residents/").status_code == 200
    assert "/elsewhere/" not in desk.get("/fengniao/residents/").content.decode()
    assert desk.get("/").headers["Location"] == "/fengniao/"
    answer = desk.get("/elsewhere/communities/")
    assert answer.headers["Location"] == "/sign-in/?next=/elsewhere/communities/"


def test_the_password_opens_all_again(desk, phone, operator, sign_in):
    make.account("elsewhere", creator=operator.user)
    phone.post(page_of(shown(desk)), CONFIRM)
    ask(desk)

    desk.post("/sign-in/", {"username": operator.user.username, "password": make.PASSWORD})

    assert desk.get("/elsewhere/communities/").status_code == 200


def test_an_account_that_is_none_looks_like_one_that_is(account, connected):
    """Neither the code nor what follows tells."""
    pages = []
    for slug in ("fengniao", "no-such-account"):
        desk = Client()
        page = desk.get(f"/sign-in/scan/{slug}/")
        asked = desk.post(f"/sign-in/scan/{slug}/", headers=HTMX)
        text = re.sub(r'value="[\w-]+"|src="data:[^"]+"', "", page.content.decode())
        pages.append((page.status_code, asked.status_code, text.replace(slug, "SLUG")))

    assert pages[0] == pages[1]


@pytest.mark.parametrize("slug", ["a" * 41, "Fengniao", "feng_niao"])
def test_what_can_be_no_account_is_404(desk, db, slug):
    assert desk.get(f"/sign-in/scan/{slug}/").status_code == 404


@pytest.mark.parametrize("typed", ["", "FENG NIAO", "蜂鸟", "a" * 41])
def test_what_can_be_no_account_is_told_at_the_field(desk, db, typed):
    response = desk.get("/sign-in/scan/", {"account": typed})

    assert response.status_code == 200
    assert response.context["form"].errors["account"]


def test_an_address_gets_so_many_codes_an_hour(db):
    answers = {Client().get(DESK).status_code for _ in range(scan.CODES_PER_ADDRESS.tries)}

    assert answers == {200}
    assert Client().get(DESK).status_code == 429


def test_the_token_is_stored_nowhere(desk, db):
    token = shown(desk)

    stored = Scan.objects.values().get()
    assert token not in str(stored) + str(dict(desk.session))
    assert token.encode() not in bytes(stored["digest"])


def test_a_form_needs_the_token_of_the_page(db):
    desk = Client(enforce_csrf_checks=True)
    desk.get(DESK)

    assert desk.post(DESK).status_code == 403


def test_it_is_in_the_trail(desk, phone, operator):
    phone.post(page_of(shown(desk)), CONFIRM)
    ask(desk)

    entries = AuditEntry.objects.filter(model="accounts.administrator", ids=[operator.pk])
    told = dict(entries.filter(action__startswith="scan.").values_list("action", "address"))
    assert told == {"scan.confirmed": "127.0.0.1", "scan.used": "10.1.2.3"}


def test_what_was_found_in_time_is_not_confirmed_late(account, operator):
    token, now = make.scan("fengniao"), timezone.now()
    found, by = scan.find(token, account, now=now), Actor.command(account)

    with pytest.raises(scan.Over):
        scan.confirm(found, operator, by=by, now=now + scan.LASTS)


@pytest.mark.django_db(transaction=True)
def test_of_eight_confirmations_at_once_one_counts(account, operator):
    token, now = make.scan("fengniao"), timezone.now()
    found = scan.find(token, account, now=now)
    by = Actor.command(account)

    def one(number):
        try:
            scan.confirm(found, operator, by=by, now=now)
        except scan.Over:
            return 0
        return 1

    assert sum(together(one, range(8))) == 1


def test_the_link_leads_through_wechat(desk, account, connected):
    """A phone that nobody knows yet is sent there, and comes back to the page."""
    unknown = Client(headers={"user-agent": "MicroMessenger"})

    response = unknown.get(f"/m/fengniao/sign-in/?t={shown(desk)}")

    assert urlsplit(response.headers["Location"]).path == "/connect/oauth2/authorize"
