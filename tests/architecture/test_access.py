"""Every route answers everybody as the table says."""

import pytest
from django.test import Client
from django.urls import get_resolver

from haina.accounts.access import OPS
from haina.accounts.models import RESERVED_SLUGS
from haina.accounts.permissions import Level, Rights, Section
from haina.accounts.scope import Scope
from haina.lib.urls import every_route
from tests.architecture.access_table import ACCOUNT, CONSOLE, OPS_ROUTES, TABLE
from tests.architecture.world import (
    ARGUMENT,
    NEVER,
    OF_ACCOUNT,
    World,
    address,
    answer,
    body,
    client_of,
    every_method,
)

ROUTES = dict(every_route(get_resolver().url_patterns))
BY_ROWS = [path for path, access in CONSOLE.items() if access.names]

each_console_route = pytest.mark.parametrize("path", CONSOLE)


@pytest.fixture
def world(db):
    return World()


def test_the_table_lists_every_route_and_no_other():
    assert set(ROUTES) == set(TABLE)


@pytest.mark.parametrize("path", ROUTES)
def test_every_route_needs_what_the_table_says(path):
    assert ROUTES[path].callback.allows == TABLE[path].need


@pytest.mark.parametrize("path", CONSOLE)
def test_the_table_names_a_row_for_every_argument(path):
    assert set(ARGUMENT.findall(path)) == set(CONSOLE[path].rows)


def test_our_own_paths_are_no_slugs_of_accounts():
    first = {path.split("/")[0] for path in ROUTES if not path.startswith("<")} - {""}

    assert first <= RESERVED_SLUGS


def url_of(path, found) -> str:
    return address(ACCOUNT + path, found, CONSOLE[path].ask)


def arguments(world, path, asker, community=None) -> dict:
    community = community or world.community
    names = CONSOLE[path].names.items()
    found = {name: world.row(kind, community=community, asker=asker) for name, kind in names}
    return {"account": "fengniao"} | found


@each_console_route
def test_who_has_the_right_is_served_and_nobody_else(world, path):
    access, wrong, served = CONSOLE[path], [], 0
    for name, who in world.insiders():
        client = client_of(who)
        url = url_of(path, arguments(world, path, who))
        covers = Rights.of(who).cover(access.need) and reaches(who, access.need)
        # The door does not ask for the method: of those whom it refuses one tries all of them.
        for method in every_method() if covers or name == "newcomer" else ("GET", "POST"):
            status = answer(client, method, url).status_code
            if not covers:
                right = status == 403
            elif method in access.methods:
                right = status < 400 or status == 422
                served += right
            else:
                right = status == 405
            if not right:
                wrong.append((name, method, url, status))

    assert wrong == []
    assert served >= 2 * len(access.methods)  # "everybody is refused" must not pass


@each_console_route
def test_outsiders_find_nothing(world, path):
    url = url_of(path, arguments(world, path, world.creator))
    nowhere = url.replace("/fengniao/", "/no-such-account/", 1)
    wrong = []
    for name, who in world.outsiders():
        client = client_of(who)
        for method in every_method():
            real, none = answer(client, method, url), answer(client, method, nowhere)
            if real.status_code != 404 or body(real) != body(none):
                wrong.append((name, method, real.status_code))

    assert wrong == []


@each_console_route
def test_who_is_not_signed_in_is_asked_to(world, path):
    url = url_of(path, arguments(world, path, world.creator))
    world.creator.user.is_active = False
    ended = client_of(world.creator)
    world.creator.user.save()

    for client in (Client(), ended):
        for method in every_method():
            response = answer(client, method, url)
            assert response.status_code == 302, method
            assert response.headers["Location"].startswith("/sign-in/?next=/")


@pytest.mark.parametrize("path", BY_ROWS)
def test_rows_outside_are_as_rows_that_never_were(world, path):
    """Of another account, of a community out of reach, or of a colleague: one and the same 404."""
    whole = CONSOLE[path].need.whole
    limited = world.operator(everything(), () if whole else None)
    client, wrong = client_of(limited), []
    never = url_of(path, never_was(path))
    for outside in outside_rows(world, path, limited):
        url = url_of(path, outside)
        for method in CONSOLE[path].methods:
            real, none = answer(client, method, url), answer(client, method, never)
            if real.status_code != 404 or body(real) != body(none):
                wrong.append((method, url, real.status_code))

    assert wrong == []


def reaches(who, need) -> bool:
    return not (need.whole and Scope.of(who).is_limited)


def everything() -> dict:
    return dict.fromkeys(Section, Level.MANAGE)


def never_was(path) -> dict:
    return {"account": "fengniao"} | dict.fromkeys(CONSOLE[path].names, NEVER)


def outside_rows(world, path, limited):
    """Each row in turn belongs elsewhere, and all of them together."""
    inside = arguments(world, path, limited)
    for community, asker in ((world.foreign, world.stranger), (world.second, world.creator)):
        of_account = OF_ACCOUNT.issuperset(CONSOLE[path].names.values())
        if community is world.second and (of_account or CONSOLE[path].need.whole):
            continue
        elsewhere = arguments(world, path, asker, community)
        yield elsewhere
        if len(CONSOLE[path].names) > 1:
            for name in CONSOLE[path].names:
                yield inside | {name: elsewhere[name]}


@pytest.mark.parametrize("path", BY_ROWS)
@pytest.mark.parametrize("number", [0, 10**30])
def test_odd_numbers_are_404(world, path, number):
    """Numbers that no bigint holds must not reach the database as a fault."""
    odd = {"account": "fengniao"} | dict.fromkeys(CONSOLE[path].names, number)
    client = client_of(world.creator)

    for method in CONSOLE[path].methods:
        assert answer(client, method, url_of(path, odd)).status_code == 404


@pytest.mark.parametrize("path", OPS_ROUTES)
def test_ops_routes_are_for_ops(world, path):
    url = "/" + path.replace("<path:content_type_id>", "1").replace("<path:object_id>", "1")
    url = url.replace("^(?P<app_label>accounts|jobs|sms|wechat)/$", "jobs/").replace(
        "(?P<url>.*)$", "x"
    )

    assert TABLE[path].need is OPS
    for method in every_method():
        assert answer(Client(), method, url).status_code == 302
        assert answer(client_of(world.creator), method, url).status_code == 404
