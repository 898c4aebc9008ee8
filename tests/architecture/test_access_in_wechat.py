"""Every page in WeChat answers every visitor as the table says."""

import pytest

from followers.access import FOLLOWER, OfColleagues
from tests.architecture.access_table import MOBILE, WITHOUT_RIGHT, M
from tests.architecture.visitors import Visitors
from tests.architecture.world import (
    ARGUMENT,
    NEVER,
    address,
    answer,
    body,
    each_alone,
    every_method,
    same_browser,
)

TOKENS = {"token", "scan"}
BY_ROWS = [path for path, access in MOBILE.items() if access.names]


@pytest.fixture
def visitors(db):
    return Visitors()


def test_the_table_names_a_row_for_every_argument():
    arguments = {path: set(ARGUMENT.findall(path)) for path in MOBILE}

    assert arguments == {path: set(access.rows) for path, access in MOBILE.items()}


def test_every_page_has_a_door_of_wechat():
    needs = {path: access.need for path, access in MOBILE.items()}
    of_wechat = {
        path for path, need in needs.items() if need is FOLLOWER or isinstance(need, OfColleagues)
    }

    assert of_wechat == set(MOBILE)


def url_of(path: str, rows: dict) -> str:
    access = MOBILE[path]
    found = {name: rows[kind] for name, kind in access.names.items()}
    return address(M + path, {"account": "fengniao"} | found, access.ask)


def never_was(path: str) -> str:
    """The address with a row that is nowhere."""
    kinds = MOBILE[path].names.values()
    return url_of(path, {kind: "no-such-token" if kind in TOKENS else NEVER for kind in kinds})


def test_who_is_not_known_is_sent_to_wechat(visitors):
    clients = visitors.sent_to_wechat().items()
    for path in each_alone(MOBILE):
        url = url_of(path, visitors.rows)
        for name, client in clients:
            for method in every_method():
                response = answer(client, method, url)
                to = response.headers.get("Location", "")
                assert response.status_code == 302, (path, name, method)
                assert "/connect/oauth2/authorize?" in to, (path, name, method)


def test_who_does_not_follow_and_who_is_blocked_learn_nothing(visitors):
    clients = visitors.refused().items()
    for path in each_alone(MOBILE):
        url, never = url_of(path, visitors.rows), never_was(path)
        for name, client in clients:
            browser = same_browser(client)
            for method in every_method():
                real, none = answer(browser, method, url), answer(browser, method, never)
                assert real.status_code == 403, (path, name, method)
                assert body(real) == body(none), (path, name, method)


def is_right(access, name: str, method: str, status: int) -> bool:
    if isinstance(access.need, OfColleagues) and name not in access.by:
        return status == (403 if name == WITHOUT_RIGHT else 404)
    if method not in access.methods:
        return status == 405
    if name in access.by:
        return status < 400 or status in {409, 422}
    return status == 404


def test_followers_are_served_what_is_theirs(visitors):
    clients, wrong, served = visitors.following().items(), [], set()
    for path in each_alone(MOBILE):
        url, never = url_of(path, visitors.rows), never_was(path)
        for name, client in clients:
            browser = same_browser(client)
            for method in every_method():
                response = answer(browser, method, url)
                if not is_right(MOBILE[path], name, method, response.status_code):
                    wrong.append((path, name, method, response.status_code))
                elif response.status_code == 404 and body(response) != body(
                    answer(browser, method, never)
                ):
                    wrong.append((path, name, method, "a telling 404"))
                if response.status_code < 400:
                    served.add(path)

    assert wrong == []
    assert served == set(MOBILE)  # "everybody is refused" must not pass


def test_rows_of_another_account_are_as_rows_that_never_were(visitors):
    """All of them, and each among one's own."""
    clients, wrong = visitors.following().items(), []
    for path in each_alone(BY_ROWS):
        never = never_was(path)
        for name, client in clients:
            browser = same_browser(client)
            for rows in foreign_rows(visitors, path):
                url = url_of(path, rows)
                for method in MOBILE[path].methods:
                    real, none = answer(browser, method, url), answer(browser, method, never)
                    if real.status_code not in {403, 404} or body(real) != body(none):
                        wrong.append((name, method, url, real.status_code))

    assert wrong == []


def foreign_rows(visitors, path) -> list[dict]:
    kinds = set(MOBILE[path].names.values())
    mixed = [visitors.rows | {kind: visitors.foreign[kind]} for kind in kinds]
    return [visitors.foreign, *mixed]


def test_odd_numbers_are_404(visitors):
    """Numbers that no bigint holds must not reach the database as a fault."""
    clients = visitors.following()
    for path in each_alone(BY_ROWS):
        url = url_of(path, dict.fromkeys(MOBILE[path].names.values(), 10**30))
        for name in MOBILE[path].by:
            for method in MOBILE[path].methods:
                assert answer(same_browser(clients[name]), method, url).status_code == 404, (
                    path,
                    name,
                )
