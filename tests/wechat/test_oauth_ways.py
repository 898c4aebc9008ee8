"""Where a way through WeChat's consent may lead: to pages of the account's own in WeChat."""

import pytest

from haina.wechat import oauth
from tests import make

HOME = "/m/fengniao/"
ELSEWHERE = ["evil.example", "127.0.0.1@evil.example", "evil.example#127.0.0.1"]
LED_AWAY = [
    "",
    "/",
    "//",
    "///",
    *(
        f"{way}{host}/m/fengniao/"
        for way in ("//", "///", "/\\", "\\\\", "http:", "https://")
        for host in ELSEWHERE
    ),
    *(
        f"{HOME}{way}evil.example"
        for way in ("/", "//", "\\", "../..//", "%2e%2e//", "@", ";//", "?//", "?u=//", "#//")
    ),
    "javascript:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,x",
    "/\t/evil.example",
    "/\n/evil.example",
    "\r\nLocation: https://evil.example",
    f"{HOME}\r\nSet-Cookie: a=b",
    f"{HOME}?a=\r\nb",
    f"{HOME}\x00",
    " //evil.example",
    "\u3000//evil.example",
    "/m/fengniao",
    "/m/fengniaoX/",
    "/m/other/",
    "/m/other/profile/",
    "/m/fengniao/../other/",
    "/m/fengniao/%2e%2e/other/",
    "/m//evil.example/",
    "/m/fengniao/oauth/",
    "/m/fengniao/oauth/?state=1",
    "/m/fengniao/nothing/",
    "/fengniao/residents/",
    "/fengniao/",
    "/ops/",
    "/sign-in/?next=//evil.example",
    "/sign-out/",
    "/static/x.js",
    "/wechat/door/",
    "M/fengniao/",
    "/M/fengniao/",
    "／m／fengniao／",
    "/m/fengniao/?a=%0d%0a",
    "/m/fengniao/" + "a/" * 300,
    "/m/fengniao/?q=" + "a" * 600,
]
WITHIN = {"/m/fengniao/?a=%0d%0a"}  # stays within the address, as it was asked for


def test_a_way_leads_to_the_accounts_own_pages_only(account):
    make.wechat(account)
    make.account("other")

    led = {path: oauth.safe(path, account) for path in LED_AWAY}

    assert {path for path, way in led.items() if way != HOME} <= WITHIN


@pytest.mark.parametrize("path", [HOME, f"{HOME}?from=menu&x=1", f"{HOME}profile/"])
def test_our_own_pages_are_ways(account, path):
    assert oauth.safe(path, account) == path
