import pytest
from lxml import html

from haina.lib.sealed import seal

HTMX = {"HX-Request": "true"}
PAGE, ASK, HITS = "/fengniao/search/", "/fengniao/search/ask/", "/fengniao/search/hits/"


@pytest.fixture
def hits():
    """By kind, what is found: on the page, or while somebody types."""

    def hits_of(client, text: str, *, typing: bool = False) -> dict[str, list[str]]:
        return kinds_in(answer(client, text, typing=typing))

    return hits_of


def answer(client, text: str, *, typing: bool):
    if typing:
        return client.post(HITS, {"q": text}, headers=HTMX)
    return client.get(PAGE, {"s": seal(text)})


def kinds_in(response) -> dict[str, list[str]]:
    assert response.status_code == 200
    page = html.fromstring(response.content.decode())
    return {
        kind.xpath("string(h2)"): [said(each) for each in kind.xpath("ul/li")]
        for kind in page.xpath("//section[@class='search-kind']")
    }


def said(element) -> str:
    return " ".join(element.text_content().split())
