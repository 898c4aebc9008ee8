"""What is searched for stands in no address: not in the browser's, not in a link, not in a log."""

from urllib.parse import parse_qs, urlsplit

import pytest

from haina.lib.sealed import opened, seal, unseal
from tests import make

PAGES = {"search/": "", "bin/search/": "bin/"}


@pytest.mark.parametrize(("form", "page"), PAGES.items())
@pytest.mark.parametrize("text", ["金丝雀", "13700007788"])
def test_a_search_leads_to_an_address_without_what_was_searched_for(
    form, page, text, sign_in, creator, community
):
    resident = make.resident(community, "A 1 101", name="金丝雀", phone="13700007788")
    make.resident(community, "A 1 102", name="李四", phone="13625895630")
    client = sign_in(creator)
    if page:
        client.post(f"/fengniao/residents/{resident.pk}/delete/")

    answer = client.post(f"/fengniao/residents/{form}", {"q": text, "community": community.pk})

    assert answer.status_code == 302
    url = urlsplit(answer.url)
    assert url.path == f"/fengniao/residents/{page}"
    assert set(parse_qs(url.query)) == {"community", "s"}
    assert text not in answer.url
    found = client.get(answer.url).content.decode()
    assert f"/fengniao/residents/{resident.pk}/" in found
    assert "李四" not in found
    assert f"q={text}" not in found


def test_htmx_gets_the_part_of_the_page(sign_in, creator, community):
    answer = sign_in(creator).post(
        "/fengniao/residents/search/", {"q": "李四"}, headers={"HX-Request": "true"}
    )

    assert answer.status_code == 200
    assert '"target": "#residents"' in answer.headers["HX-Location"]


def test_the_state_of_the_list_is_kept_but_for_its_page(sign_in, creator, community):
    state = {"community": community.pk, "identity": "owner", "sort": "-name", "page": "3", "x": "1"}

    answer = sign_in(creator).post("/fengniao/residents/search/", state)

    assert set(parse_qs(urlsplit(answer.url).query)) == {"community", "identity", "sort"}


@pytest.mark.parametrize("token", ["", "a", "####", "~" * 50, "AAAA", "é"])
def test_what_nobody_sealed_searches_for_nothing(token, sign_in, creator, community):
    assert unseal(token) == ""
    assert sign_in(creator).get("/fengniao/residents/", {"s": token}).status_code == 200


def test_sealed_text_comes_back(rf):
    for text in ("李四", "", "%&=+ 𠮷"):
        assert opened(rf.get("/", {"s": seal(text)}).GET)["q"] == text
