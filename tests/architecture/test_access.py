"""Every route answers everybody as the table says."""

import pytest
from django import urls
from django.http import HttpResponse
from django.test import Client

import haina.urls
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
    each_alone,
    every_method,
    same_browser,
)

ROUTES = dict(every_route(urls.get_resolver().url_patterns))
OF_SECTION = {  # the console's routes by the first word of their address
    section: [path for path in CONSOLE if path.split("/")[0] == section]
    for section in sorted({path.split("/")[0] for path in CONSOLE})
}

# For the test of a view that says nothing.
UNMARKED = urls.path("unmarked/", lambda request: HttpResponse("open"))
urlpatterns = [UNMARKED, *haina.urls.urlpatterns]
each_section = pytest.mark.parametrize("section", OF_SECTION)


@pytest.fixture
def world(db):
    return World()


def test_the_table_lists_every_route_and_no_other():
    assert set(ROUTES) == set(TABLE)


def test_every_route_needs_what_the_table_says():
    needs = {path: route.callback.allows for path, route in ROUTES.items()}

    assert needs == {path: access.need for path, access in TABLE.items()}


@pytest.mark.urls(__name__)
def test_a_view_that_does_not_say_who_may_open_it_is_refused(db, client):
    assert client.get("/unmarked/").status_code == 403


def test_the_table_names_a_row_for_every_argument():
    arguments_of = {path: set(ARGUMENT.findall(path)) for path in CONSOLE}

    assert arguments_of == {path: set(access.rows) for path, access in CONSOLE.items()}


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


def signed_in(people) -> list[tuple]:
    """Name, person and browser of each."""
    return [(name, who, client_of(who)) for name, who in people]


@each_section
def test_who_has_the_right_is_served_and_nobody_else(world, section):
    insiders, wrong = signed_in(world.insiders()), []
    for path in each_alone(OF_SECTION[section]):
        served, asking = 0, asked_by(CONSOLE[path].need.section)
        for name, who, client in (each for each in insiders if each[0] in asking):
            for method, status, right in answers_to(world, path, name, who, client):
                served += status < 400 or status == 422
                if not right:
                    wrong.append((name, method, path, status))
        # "everybody is refused" must not pass
        assert served >= 2 * len(CONSOLE[path].methods), path

    assert wrong == []


def asked_by(section) -> set[str]:
    """Of a page of a section its viewer and its manager ask, and who manages all other sections;
    of a page of none, everybody."""
    sections = [section] if section else list(Section)
    levels = [f"{each} {level.name}" for each in sections for level in (Level.VIEW, Level.MANAGE)]
    others = [f"all but {each}" for each in sections]
    return {"creator", "system administrator", "newcomer", *levels, *others}


def answers_to(world, path, name, who, client):
    """Method, status, and whether that is right."""
    access, url = CONSOLE[path], url_of(path, arguments(world, path, who))
    covers = Rights.of(who).cover(access.need) and reaches(who, access.need)
    browser = same_browser(client)
    # Neither the door nor the view asks who uses a method: one who is let in tries all of them.
    for method in every_method() if name == "creator" else access.methods:
        status = answer(browser, method, url).status_code
        if not covers:
            yield method, status, status == 403
        elif method in access.methods:
            yield method, status, status < 400 or status == 422
        else:
            yield method, status, status == 405


@each_section
def test_outsiders_find_nothing(world, section):
    outsiders, wrong = signed_in(world.outsiders()), []
    none = {
        (name, method): body(answer(same_browser(client), method, "/no-such-account/"))
        for name, _who, client in outsiders
        for method in every_method()
    }
    for path in each_alone(OF_SECTION[section]):
        url = url_of(path, arguments(world, path, world.creator))
        for name, _who, client in outsiders:
            browser = same_browser(client)
            for method in every_method() if name == "stranger" else CONSOLE[path].methods:
                real = answer(browser, method, url)
                if real.status_code != 404 or body(real) != none[name, method]:
                    wrong.append((name, method, path, real.status_code))

    assert wrong == []


@each_section
def test_who_is_not_signed_in_is_asked_to(world, section):
    world.creator.user.is_active = False
    ended = client_of(world.creator)
    world.creator.user.save()

    for path in each_alone(OF_SECTION[section]):
        url = url_of(path, arguments(world, path, world.creator))
        for client, methods in (
            (Client(), every_method()),
            (same_browser(ended), CONSOLE[path].methods),
        ):
            for method in methods:
                response = answer(client, method, url)
                assert response.status_code == 302, (method, path)
                assert response.headers["Location"].startswith("/sign-in/?next=/"), path


def by_rows(section) -> list[str]:
    return [path for path in OF_SECTION[section] if CONSOLE[path].names]


@each_section
def test_rows_outside_are_as_rows_that_never_were(world, section):
    """Of another account, of a community out of reach, or of a colleague: one and the same 404."""
    limits = {whole: world.operator(everything(), () if whole else None) for whole in (True, False)}
    clients, wrong = {whole: client_of(who) for whole, who in limits.items()}, []
    for path in each_alone(by_rows(section)):
        whole = CONSOLE[path].need.whole
        browser = same_browser(clients[whole])
        never = url_of(path, never_was(path))
        for method in CONSOLE[path].methods:
            none = body(answer(browser, method, never))
            for outside in outside_rows(world, path, limits[whole]):
                url = url_of(path, outside)
                real = answer(browser, method, url)
                if real.status_code != 404 or body(real) != none:
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


@each_section
def test_odd_numbers_are_404(world, section):
    """Numbers that no bigint holds must not reach the database as a fault."""
    client = client_of(world.creator)

    for path in each_alone(by_rows(section)):
        for number in (0, 10**30):
            odd = {"account": "fengniao"} | dict.fromkeys(CONSOLE[path].names, number)
            for method in CONSOLE[path].methods:
                assert answer(client, method, url_of(path, odd)).status_code == 404, path


def test_ops_routes_are_for_ops(world):
    creator = client_of(world.creator)

    for path in OPS_ROUTES:
        url = "/" + path.replace("<path:content_type_id>", "1").replace("<path:object_id>", "1")
        url = url.replace("^(?P<app_label>accounts|jobs|sms|wechat)/$", "jobs/").replace(
            "(?P<url>.*)$", "x"
        )
        assert TABLE[path].need is OPS
        for method in every_method():
            assert answer(Client(), method, url).status_code == 302, path
            assert answer(creator, method, url).status_code == 404, path
