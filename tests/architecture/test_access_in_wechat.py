"""Every page in WeChat answers every visitor as the table says."""

import pytest

from followers.access import FOLLOWER, OfColleagues
from tests.architecture.access_table import MOBILE, WITHOUT_RIGHT, M
from tests.architecture.visitors import Visitors
from tests.architecture.world import ARGUMENT, NEVER, address, answer, body, every_method

TOKENS = {"token", "scan"}
BY_ROWS = [path for path, access in MOBILE.items() if access.names]

each_page = pytest.mark.parametrize("path", MOBILE)


@pytest.fixture
def visitors(db):
    return Visitors()


@each_page
def test_the_table_names_a_row_for_every_argument(path):
    assert set(ARGUMENT.findall(path)) == set(MOBILE[path].rows)


@each_page
def test_every_page_has_a_door_of_wechat(path):
    assert MOBILE[path].need is FOLLOWER or isinstance(MOBILE[path].need, OfColleagues)


def url_of(path: str, rows: dict) -> str:
    access = MOBILE[path]
    found = {name: rows[kind] for name, kind in access.names.items()}
    return address(M + path, {"account": "fengniao"} | found, access.ask)


def never_was(path: str) -> str:
    """The address with a row that is nowhere."""
    kinds = MOBILE[path].names.values()
    return url_of(path, {kind: "no-such-token" if kind in TOKENS else NEVER for kind in kinds})


@each_page
def test_who_is_not_known_is_sent_to_wechat(visitors, path):
    url = url_of(path, visitors.rows)
    for name, client in visitors.sent_to_wechat().items():
        for method in every_method():
            response = answer(client, method, url)
            assert response.status_code == 302, (name, method)
            assert "/connect/oauth2/authorize?" in response.headers["Location"], (name, method)


@each_page
def test_who_does_not_follow_and_who_is_blocked_learn_nothing(visitors, path):
    url, never = url_of(path, visitors.rows), never_was(path)
    for name, client in visitors.refused().items():
        for method in every_method():
            real, none = answer(client, method, url), answer(client, method, never)
            assert real.status_code == 403, (name, method)
            assert body(real) == body(none), (name, method)


def is_right(access, name: str, method: str, status: int) -> bool:
    if isinstance(access.need, OfColleagues) and name not in access.by:
        return status == (403 if name == WITHOUT_RIGHT else 404)
    if method not in access.methods:
        return status == 405
    if name in access.by:
        return status < 400 or status in {409, 422}
    return status == 404


@each_page
def test_followers_are_served_what_is_theirs(visitors, path):
    access, wrong, served = MOBILE[path], [], 0
    url, never = url_of(path, visitors.rows), never_was(path)
    for name, client in visitors.following().items():
        for method in every_method():
            response = answer(client, method, url)
            if not is_right(access, name, method, response.status_code):
                wrong.append((name, method, response.status_code))
            elif response.status_code == 404 and body(response) != body(
                answer(client, method, never)
            ):
                wrong.append((name, method, "a telling 404"))
            served += response.status_code < 400

    assert wrong == []
    assert served  # "everybody is refused" must not pass


@pytest.mark.parametrize("path", BY_ROWS)
def test_rows_of_another_account_are_as_rows_that_never_were(visitors, path):
    """All of them, and each among one's own."""
    access, never, wrong = MOBILE[path], never_was(path), []
    kinds = set(access.names.values())
    mixed = [visitors.rows | {kind: visitors.foreign[kind]} for kind in kinds]
    for name, client in visitors.following().items():
        for rows in (visitors.foreign, *mixed):
            url = url_of(path, rows)
            for method in access.methods:
                real, none = answer(client, method, url), answer(client, method, never)
                if real.status_code not in {403, 404} or body(real) != body(none):
                    wrong.append((name, method, url, real.status_code))

    assert wrong == []


@pytest.mark.parametrize("path", BY_ROWS)
def test_odd_numbers_are_404(visitors, path):
    """Numbers that no bigint holds must not reach the database as a fault."""
    odd = dict.fromkeys(MOBILE[path].names.values(), 10**30)
    clients = visitors.following()
    for name in MOBILE[path].by:
        for method in MOBILE[path].methods:
            assert answer(clients[name], method, url_of(path, odd)).status_code == 404
