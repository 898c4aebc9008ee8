"""Who holds the phone: kept in a cookie, so that each browser has a phone of its own."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from haina.sandbox.world import DEMO_APPID, Account, Person, world

# A person is chosen by unionid: the same one at every account.
WHO, SNAPSHOT = "sandbox-person", "sandbox-snapshot"


def person_of(request: HttpRequest, account: Account) -> Person | None:
    unionid = request.COOKIES.get(WHO)
    with world.lock:
        found = (each for each in account.people.values() if each.unionid == unionid)
        return next(found, None) if unionid else None


def on_snapshot_page(request: HttpRequest) -> bool:
    return request.COOKIES.get(SNAPSHOT) == "1"


def account_in_hand() -> Account:
    """Whose pages the phone shows: the demo's."""
    return world.accounts[DEMO_APPID]


def choices() -> list[Person]:
    """Who can be chosen: the made-up ones, not those seeded by the thousand."""
    with world.lock:
        return list(account_in_hand().people.values())[:200]


def ask_who(request: HttpRequest, after: str = "") -> HttpResponse:
    context = {"people": choices(), "next": after or request.get_full_path()}
    return render(request, "sandbox/choose.html", context)


def asked_for(request: HttpRequest, otherwise: str) -> str:
    """The page of the sandbox that somebody was on the way to."""
    after = request.POST.get("next", otherwise)
    is_ours = after.startswith("/") and url_has_allowed_host_and_scheme(after, {request.get_host()})
    return after if is_ours else otherwise


def remember(response: HttpResponse, name: str, value: str) -> HttpResponse:
    response.set_cookie(name, value, httponly=True, samesite="Lax")
    return response
