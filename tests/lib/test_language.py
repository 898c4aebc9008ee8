"""In which language pages are answered, and who chooses it."""

import pytest
from django.test import Client
from django.utils import translation
from django.utils.formats import get_format

CHINESE, ENGLISH = "登录管理后台", "Sign in to the console"
IN_ENGLISH = {"accept-language": "en-US,en;q=0.9"}


def title_of(page) -> str:
    text = page.content.decode()
    return next(title for title in (CHINESE, ENGLISH) if title in text)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wanted", "title"),
    [
        ("", CHINESE),
        ("*", CHINESE),
        ("fr-FR", CHINESE),
        ("not a language;;", CHINESE),
        ("zh-CN,zh;q=0.9,en;q=0.8", CHINESE),
        ("zh-TW", CHINESE),
        ("en", ENGLISH),
        ("en-US,en;q=0.9", ENGLISH),
        ("fr;q=0.9, en-GB;q=0.8, zh;q=0.1", ENGLISH),
    ],
)
def test_a_browser_gets_the_language_that_it_asks_for(client, wanted, title):
    page = client.get("/sign-in/", headers={"accept-language": wanted})

    assert title_of(page) == title


@pytest.mark.django_db
def test_a_client_that_asks_for_nothing_gets_chinese(client):
    page = client.get("/sign-in/")

    assert title_of(page) == CHINESE
    assert '<html lang="zh-hans">' in page.content.decode()
    assert page.headers["Content-Language"] == "zh-hans"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/sign-in/", "/no/such/page", "/sign-out/", "/sign-in/?next=%00"])
def test_every_page_says_its_language_and_what_it_depends_on(client, path):
    page = client.get(path, headers=IN_ENGLISH)

    assert '<html lang="en">' in page.content.decode()
    assert page.headers["Content-Language"] == "en"
    assert {"Accept-Language", "Cookie"} <= set(page.headers["Vary"].split(", "))


@pytest.mark.django_db
def test_a_language_ends_with_its_request(client):
    client.get("/sign-in/", headers=IN_ENGLISH)

    assert translation.get_language() == "zh-hans"


@pytest.mark.django_db
def test_a_chosen_language_wins_and_is_remembered_by_the_browser(client, settings):
    client.post("/sign-in/language/", {"language": "en"})

    cookie = client.cookies[settings.LANGUAGE_COOKIE_NAME]
    assert title_of(client.get("/sign-in/", headers={"accept-language": "zh-CN"})) == ENGLISH
    assert title_of(Client().get("/sign-in/")) == CHINESE
    assert (cookie["max-age"], cookie["httponly"], cookie["samesite"]) == (31536000, True, "Lax")


@pytest.mark.django_db
def test_the_cookie_is_for_https_where_pages_are(client, settings):
    settings.LANGUAGE_COOKIE_SECURE = True

    client.post("/sign-in/language/", {"language": "en"}, secure=True)

    assert client.cookies[settings.LANGUAGE_COOKIE_NAME]["secure"]


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fr", "", "../../etc", "en\r\nX: y"])
def test_what_is_no_language_of_ours_changes_nothing(client, language):
    answer = client.post("/sign-in/language/", {"language": language})

    assert answer.status_code == 302
    assert title_of(client.get("/sign-in/")) == CHINESE


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("came_from", "wanted", "leads"),
    [
        ("http://testserver/sign-in/?next=/a/", "", "/sign-in/?next=/a/"),
        ("http://testserver/sign-in/", "/invited/", "/invited/"),
        ("http://testserver/sign-in/", "https://evil.example/", "/sign-in/"),
        ("https://evil.example/", "//evil.example", "/"),
        ("", "javascript:alert(1)", "/"),
    ],
)
def test_it_leads_back_to_one_of_our_own_pages(client, came_from, wanted, leads):
    headers = {"referer": came_from, "accept": "text/html"}

    answer = client.post("/sign-in/language/", {"language": "en", "next": wanted}, headers=headers)

    assert answer.headers["Location"].removeprefix("http://testserver") == leads


@pytest.mark.django_db
def test_choosing_takes_a_token():
    answer = Client(enforce_csrf_checks=True).post("/sign-in/language/", {"language": "en"})

    assert answer.status_code == 403


def test_the_console_says_which_language_is_chosen(sign_in, creator, community):
    client = sign_in(creator)

    page = client.get("/fengniao/communities/", headers=IN_ENGLISH).content.decode()

    assert 'value="en" lang="en" aria-current="true">English</button>' in page
    assert 'value="zh-hans" lang="zh-hans" >简体中文</button>' in page


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_dates_are_the_same_in_both(language):
    with translation.override(language):
        shown = [get_format(name) for name in ("DATE_FORMAT", "DATETIME_FORMAT")]
        read = get_format("DATE_INPUT_FORMATS")

    assert shown == ["Y-m-d", "Y-m-d H:i"]
    assert read[0] == "%Y-%m-%d"
