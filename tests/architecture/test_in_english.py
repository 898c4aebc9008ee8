"""Every page in English: nothing on it is Chinese but what people have typed, and what a sentence
quotes in brackets."""

import html
import re

from django.apps import apps
from django.test import Client

from haina.jobs.queue import kinds
from haina.lib.catalogue import english, path_of, read
from tests.architecture.access_table import CONSOLE, ELSEWHERE, MOBILE
from tests.architecture.chinese import OWN_NAME, QUOTES
from tests.architecture.test_access import arguments
from tests.architecture.test_access import url_of as url_in_console
from tests.architecture.test_access_in_wechat import url_of as url_in_wechat
from tests.architecture.test_language import HAN, QUOTED
from tests.architecture.visitors import Visitors
from tests.architecture.world import World, client_of, undone

POSTED = re.compile(r' value="[^"]*"')
LABELS = [str(kind.label) for name, kind in kinds.items() if name.startswith("tests.")]
COMPILE = "if the catalogue has them: pybabel compile --domain=django --directory=locale"
IN_ENGLISH = {"accept-language": "en"}


def chinese_on(client: Client, url: str) -> set[str]:
    with undone():
        page = client.get(url, headers=IN_ENGLISH)
        if page.streaming:
            b"".join(page.streaming_content)
            return set()
        text = html.unescape(POSTED.sub("", page.content.decode()))
        return set(HAN.findall(QUOTED.sub("", text)))


def typed() -> str:
    """All that stands in the database, what sentences have to quote, and the other language."""
    quoted = [told for text, told in english(read(path_of("en"))).items() if text in QUOTES]
    rows = [str(row) for model in apps.get_models() for row in model._default_manager.values_list()]
    return "\n".join([*rows, *quoted, *LABELS, OWN_NAME])


def leaks(pages: dict[str, Client]) -> dict[str, list[str]]:
    data = typed()
    found = {
        url: sorted(text for text in chinese_on(client, url) if text not in data)
        for url, client in pages.items()
    }
    return {url: texts for url, texts in found.items() if texts}


def test_the_console(db):
    world = World()
    client = client_of(world.creator)
    pages = {
        url_in_console(path, arguments(world, path, world.creator)): client
        for path, access in CONSOLE.items()
        if "GET" in access.methods
    }

    assert leaks(pages) == {}, COMPILE


def test_the_pages_in_wechat(db):
    visitors = Visitors()
    clients = visitors.following()
    pages = {
        url_in_wechat(path, visitors.rows): clients[name]
        for path, access in MOBILE.items()
        if "GET" in access.methods
        for name in sorted(access.by)[:1]
    }

    assert leaks(pages) == {}, COMPILE


def test_what_stands_outside_of_accounts(db):
    world = World()
    paths = [path for path, access in ELSEWHERE.items() if "GET" in access.methods]
    pages = {
        "/" + path.replace("<slug:account>", "fengniao").replace("<str:door>", "x"): client
        for path in paths
        for client in (client_of(world.creator),)
    }

    assert leaks(pages) == {}, COMPILE
    assert leaks(dict.fromkeys(pages, Client())) == {}, COMPILE
