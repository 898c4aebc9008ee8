import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from haina.accounts import services
from haina.accounts.audit import Actor
from haina.accounts.permissions import Level, Section
from tests import make

MINUTE, HOUR = 60, 3600
START = 1_790_000_000
PAGE = "/fengniao/jobs/"


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def client(clock, sign_in, creator):
    return sign_in(creator)


def at(clock, seconds, client) -> int:
    clock.move_to(START + seconds)
    return client.get(PAGE).status_code


def test_it_lasts_while_it_is_used(clock, client):
    answers = [at(clock, minutes * MINUTE, client) for minutes in range(0, 12 * 60, 29)]

    assert set(answers) == {200}


def test_it_ends_after_half_an_hour_without_a_request(clock, client):
    assert at(clock, 10 * MINUTE, client) == 200
    assert at(clock, 39 * MINUTE, client) == 200
    assert at(clock, 69 * MINUTE + 1, client) == 302
    assert at(clock, 69 * MINUTE + 2, client) == 302


def test_what_a_page_asks_by_itself_keeps_nobody_signed_in(clock, client):
    clock.move_to(START + 20 * MINUTE)
    assert client.get(PAGE, headers={"X-Watching": "1"}).status_code == 200

    assert at(clock, 31 * MINUTE, client) == 302


def test_it_ends_after_twelve_hours_however_busy(clock, client):
    answers = [at(clock, minutes * MINUTE, client) for minutes in range(0, 12 * 60 + 1, 20)]

    assert answers == [200] * 36 + [302]


def test_the_limits_are_settings(clock, client, settings):
    settings.SESSION_IDLE_SECONDS, settings.SESSION_ABSOLUTE_SECONDS = 60, 100

    assert at(clock, 59, client) == 200
    assert at(clock, 99, client) == 200
    assert at(clock, 100, client) == 302


def test_a_process_whose_clock_is_a_little_behind_does_not_end_it(clock, client):
    assert at(clock, 5 * MINUTE, client) == 200
    assert at(clock, 5 * MINUTE - 20, client) == 200
    assert at(clock, 34 * MINUTE, client) == 200


def test_a_session_without_a_beginning_is_over(client):
    session = client.session
    del session["started_at"]
    session.save()

    assert client.get(PAGE).status_code == 302


def test_an_ended_session_is_gone_from_the_database(clock, client):
    key = client.session.session_key

    at(clock, 31 * MINUTE, client)

    assert not client.session.exists(key)


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_page_is_told_in_place_when_it_ended(clock, client, method):
    clock.move_to(START + HOUR)

    response = getattr(client, method)(PAGE, headers={"HX-Request": "true"})

    told = response.content.decode()
    assert response.status_code == 401
    assert ("刚才的内容没有保存" in told) == (method == "post")
    assert 'href="/sign-in/" target="_blank"' in told
    assert "<html" not in told


@pytest.mark.parametrize("header", ["HX-Boosted", "HX-History-Restore-Request"])
def test_a_new_page_is_a_refresh_when_it_ended(clock, client, header):
    clock.move_to(START + HOUR)

    response = client.get(PAGE, headers={"HX-Request": "true", header: "true"})

    assert response.headers["HX-Refresh"] == "true"


def test_a_page_of_an_earlier_sign_in_sends_again_with_a_token_of_now(creator):
    """Signing in elsewhere makes the token of an open page void; the page fetches another."""
    client, asks = Client(enforce_csrf_checks=True), {"HX-Request": "true"}
    old = client.get("/sign-in/token/").content.decode()
    name = {"username": creator.user.username, "password": make.PASSWORD}
    client.post("/sign-in/", name | {"csrfmiddlewaretoken": old})
    target = "/fengniao/communities/add/"

    refused = client.post(target, {"csrfmiddlewaretoken": old}, headers=asks)
    new = client.get("/sign-in/token/").content.decode()
    again = client.post(target, {"csrfmiddlewaretoken": new}, headers=asks)

    assert refused.status_code == 403
    assert "data-notice" in refused.content.decode()
    assert "请再次提交" in refused.content.decode()
    assert "<html" not in refused.content.decode()
    assert again.status_code == 422  # the form is read now


def test_deactivating_the_place_bites_on_the_next_request(sign_in, account, operator):
    client = sign_in(operator)
    assert client.get(PAGE).status_code == 200

    services.deactivate(operator, by=Actor.command(account), now=timezone.now())

    assert client.get(PAGE).status_code == 404


def test_deactivating_the_user_bites_on_the_next_request(sign_in, operator):
    client = sign_in(operator)
    assert client.get(PAGE).status_code == 200

    operator.user.is_active = False
    operator.user.save()

    assert client.get(PAGE).status_code == 302


def test_a_new_password_ends_the_sessions_of_the_old_one(sign_in, operator):
    client = sign_in(operator)

    operator.user.set_password("another-password-9")
    operator.user.save()

    assert client.get(PAGE).status_code == 302


def test_changed_rights_bite_on_the_next_request(sign_in, account, operator):
    client, page = sign_in(operator), "/fengniao/residents/"
    assert client.get(page).status_code == 200
    by, now = Actor.command(account), timezone.now()

    services.set_rights(operator, sections={}, fields={}, by=by, now=now)
    assert client.get(page).status_code == 403

    view = {Section.RESIDENTS: Level.VIEW}
    services.set_rights(operator, sections=view, fields={}, by=by, now=now)
    assert client.get(page).status_code == 200


def test_other_accounts_of_the_same_user_stay_open(sign_in, account, operator):
    other = make.account("second")
    services.add_administrator(
        other, operator.user, role="operator", by=Actor.command(other), now=timezone.now()
    )
    client = sign_in(operator)

    services.deactivate(operator, by=Actor.command(account), now=timezone.now())

    assert client.get(PAGE).status_code == 404
    assert client.get("/second/jobs/").status_code == 200
