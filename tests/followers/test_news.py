"""An open list asks for news: nothing while it is up to date, and what is ticked stays ticked."""

import json
from urllib.parse import parse_qsl, urlsplit

import pytest
import time_machine
from django.utils import timezone
from lxml import html

from followers.models import Follower, Sync
from followers.paging import Mark, page_of
from followers.version import version_of
from haina.accounts.scope import Scope
from tests import make
from tests.followers.test_list import HTMX, groups, names


def asks_with(response) -> dict:
    """What the element of the list sends that asks for news."""
    tree = html.fromstring(response.content.decode())
    (address,) = tree.xpath("//*[@id='live']/*/@hx-get")
    return dict(parse_qsl(urlsplit(address).query))


@pytest.fixture
def asked(sign_in, creator, four, url):
    client = sign_in(creator)
    told = asks_with(client.get(url("list")))

    def ask(**more):
        return client.get(url("news"), told | more, headers=HTMX)

    return ask


def test_nothing_is_answered_while_nothing_has_changed(asked):
    response = asked()

    assert (response.status_code, response.content) == (204, b"")
    assert "HX-Trigger" not in response.headers


def changes(account, four):
    one = Follower.objects.filter(pk=four["鲁宁"].pk)
    return {
        "came": lambda: make.follower(account),
        "left": lambda: one.update(subscribed=False),
        "starred": lambda: one.update(starred=True),
        "waits": lambda: one.update(to_push=True),
        "syncs": lambda: Sync.objects.create(account=account, began_at=one[0].subscribed_at),
    }


@pytest.mark.parametrize("change", ["came", "left", "starred", "waits", "syncs"])
def test_the_list_reads_itself_anew_after_a_change(asked, account, four, change):
    changes(account, four)[change]()

    response = asked()

    assert response.status_code == 204
    assert "followers-changed" in response.headers["HX-Trigger"]


@pytest.mark.django_db(transaction=True)
def test_two_changes_that_even_out_are_news(account):
    scope, follower = Scope.whole(account), make.follower(account)
    before = version_of(scope)

    Follower.objects.filter(pk=follower.pk).update(subscribed=False)
    make.follower(account)
    Follower.objects.filter(pk=follower.pk).delete()

    assert version_of(scope) != before
    assert version_of(scope) == version_of(scope)


def test_another_accounts_followers_are_no_news(asked, stranger):
    make.follower(stranger.account)

    assert "HX-Trigger" not in asked().headers


def test_with_ticks_a_line_says_who_came(asked, account, four):
    for _ in range(2):
        make.follower(account)

    response = asked(pk=four["鲁宁"].pk)

    assert response.status_code == 200
    assert "有 2 位新用户，点击刷新" in response.content.decode()
    assert groups(response)[0] == "全部用户 6"
    assert names(response) == []
    again = asks_with(response)
    assert asked(**again, pk=four["鲁宁"].pk).status_code == 204
    assert "followers-changed" in asked(**again).headers["HX-Trigger"]


def test_an_open_list_keeps_nobody_signed_in(sign_in, creator, connected, url):
    client = sign_in(creator)
    tree = html.fromstring(client.get(url("list")).content.decode())
    told = tree.xpath("//*[@id='live']/*/@hx-headers")

    with time_machine.travel(0, tick=False) as clock:
        client.force_login(creator.user)
        for minute in range(1, 32):
            clock.move_to(minute * 60)
            answer = client.get(url("news"), headers=json.loads(told[0]) | HTMX)

    assert answer.status_code == 401


def test_a_pass_is_asked_for_where_wechat_is_connected_only(sign_in, creator, account, url):
    client = sign_in(creator)

    client.post(url("sync"))
    assert not Sync.objects.exists()
    assert "无法同步" in client.get(url("list")).content.decode()

    make.wechat(account, connected_at=timezone.now())
    client.post(url("sync"))
    assert Sync.objects.get().is_running
    assert "正在同步" in client.get(url("list")).content.decode()


def test_pages_hold_everybody_once_in_both_directions(account):
    moments = [None, None, None, *["2026-01-01T00:00Z"] * 3, "2026-01-02T00:00Z"]
    everybody = [make.follower(account, subscribed_at=moment).pk for moment in moments][::-1]
    followers = Follower.objects.filter(account=account)

    page, seen = page_of(followers, after="", before="", size=2), []
    pages = [page]
    while page.after:
        page = page_of(followers, after=str(page.after), before="", size=2)
        pages.append(page)
    for page in pages:
        seen += [row.pk for row in page.rows]
    assert seen == everybody
    back = pages[-1]
    for page in pages[-2::-1]:
        back = page_of(followers, after="", before=str(back.before), size=2)
        assert [row.pk for row in back.rows] == [row.pk for row in page.rows]


@pytest.mark.parametrize("text", ["", ".", "1", "x.1", ".x", "1.0", "9" * 18 + ".1", "-1.1"])
def test_what_is_no_mark_is_the_first_page(text):
    assert Mark.read(text) is None
