"""The main pages in English, whose words are longer: nothing scrolls sideways, no column hides."""

import pytest
from django.conf import settings
from django.core.management import call_command
from playwright.sync_api import expect

from communities.models import Community
from haina.accounts.models import Administrator
from haina.demo import data
from residents.models import Resident
from tests import make
from tests.browser.conftest import DESK, PHONE, picture
from tests.wechat.phone import USER_AGENT

IN_THE_CONSOLE = {
    "residents": "/demo/residents/",
    "resident": "/demo/residents/{resident}/",
    "import": "/demo/residents/import/",
    "applications": "/demo/residents/applications/",
    "application": "/demo/residents/applications/{application}/",
    "staff": "/demo/staff/",
    "followers": "/demo/followers/",
    "reminders": "/demo/reminders/",
    "administrators": "/demo/administrators/",
    "service-account": "/demo/wechat/",
    "trail": "/demo/audit/",
}
IN_WECHAT = {
    "home": "/m/demo/",
    "consent": "/m/demo/consent/",
    "choose": "/m/demo/apply/{community}/",
    "apply": "/m/demo/apply/{community}/{room}/",
    "applied": "/m/demo/applications/{application}/",
}
# The page itself, and tables, which could be scrolled but would hide their last column.
TOO_WIDE = """
(width) => [document.documentElement, ...document.querySelectorAll(".table-box")]
  .filter((each) => each.scrollWidth > Math.min(width, each.clientWidth))
  .map((each) => `${each.className} ${each.scrollWidth} on ${each.clientWidth}`)
"""

NARROW_DESK = {"width": 1100, "height": 800}
PLACEHOLDER_FITS = """
(input) => {
  const style = getComputedStyle(input);
  const ruler = document.createElement("canvas").getContext("2d");
  ruler.font = style.font;
  const padding = parseFloat(style.paddingLeft) + parseFloat(style.paddingRight);
  return ruler.measureText(input.placeholder).width <= input.clientWidth - padding;
}
"""


@pytest.fixture
def browser_context_args(browser_context_args):
    return browser_context_args | {"locale": "en-US"}


@pytest.fixture
def community(transactional_db):
    """The demo's."""
    call_command("load_demo")
    community = Community.objects.get()
    make.wechat(community.account)
    return community


@pytest.fixture
def follower(community):
    return make.follower(community.account, nickname="小张")


@pytest.fixture
def rows(community, follower):
    room = community.nodes.rooms().earliest("pk")
    return {
        "community": community.pk,
        "resident": Resident.objects.earliest("pk").pk,
        "room": room.pk,
        "application": make.application(community, follower, room.address).pk,
    }


@pytest.fixture
def hold(client, live_server):
    """Puts the session of the test's client into a browser."""

    def into(context):
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": client.session.session_key}
        context.add_cookies([cookie | {"url": live_server.url}])

    return into


def visit(page, url: str, name: str, sizes) -> None:
    page.goto(url)
    expect(page.locator("html")).to_have_attribute("lang", "en")
    for size in sizes:
        page.set_viewport_size(size)
        assert page.evaluate(TOO_WIDE, size["width"]) == [], name
        picture(page, f"en-{name}-{size['width']}")


def test_the_console(page, context, complaints, live_server, client, hold, rows):
    visit(page, f"{live_server.url}/sign-in/", "sign-in", (DESK, PHONE))
    client.force_login(Administrator.objects.get(user__username=data.CREATOR).user)
    hold(context)

    for name, path in IN_THE_CONSOLE.items():
        visit(page, live_server.url + path.format(**rows), name, (DESK, PHONE))
    assert complaints == []


def test_lists_beside_a_tree_fit(page, context, live_server, client, hold, community):
    """English words are longer: a narrow desk shows every column, a phone the whole placeholder."""
    client.force_login(Administrator.objects.get(user__username=data.CREATOR).user)
    hold(context)

    for name in ("residents", "staff"):
        visit(page, live_server.url + IN_THE_CONSOLE[name], name, (NARROW_DESK, PHONE))
        assert page.locator(".filter-search input").evaluate(PLACEHOLDER_FITS), name


def test_the_pages_in_wechat(browser, live_server, client, hold, follower, rows):
    session = client.session
    session["wechat"] = {str(follower.account_id): follower.openid}
    session.save()
    context = browser.new_context(locale="en-US", viewport=PHONE, user_agent=USER_AGENT)
    hold(context)
    page = context.new_page()

    for name, path in IN_WECHAT.items():
        visit(page, live_server.url + path.format(**rows), f"wechat-{name}", (PHONE,))
    context.close()
