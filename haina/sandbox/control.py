"""The sandbox's own endpoints, below /sandbox/: what tests do with it (docs/sandbox.md).

All take and give JSON. A POST must say so in its Content-Type, which no page of a browser can send
to another site without being allowed to.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, fields
from functools import wraps

from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from haina.sandbox import acts, callbacks, qrcodes, seeds, servers, tokens
from haina.sandbox.errors import Refused
from haina.sandbox.faults import Fault
from haina.sandbox.journal import Journal
from haina.sandbox.world import DEMO_APPID, Account, Person, world

FAULT_FIELDS = {each.name for each in fields(Fault)} - {"id"}
SERVER_FIELDS = ("url", "token", "aes_key", "mode")
ACCOUNT_FIELDS = {"name", "secret", "verified", "allowed_ips", "daily_sends", "outcome"}


class Unknown(Exception):
    """The control endpoint was asked for something that there is not."""


def configuration(function: Callable[[dict], dict | None]):
    """A POST of JSON, not under the lock: an address is asked for its echo first. What there is
    not, or is not taken, is told with 400."""

    @csrf_exempt
    @require_POST
    @wraps(function)
    def view(request: HttpRequest) -> JsonResponse:
        if request.content_type != "application/json":
            return JsonResponse({"error": "Content-Type must be application/json"}, status=415)
        try:
            return JsonResponse(function(json.loads(request.body or b"{}")) or {})
        except (servers.NotAccepted, Unknown, Refused, ValueError, TypeError, KeyError) as error:
            return JsonResponse({"error": f"{type(error).__name__}: {error}"}, status=400)

    return view


def act(function: Callable[[dict], dict | None]):
    """A POST of JSON, done under the lock."""

    @wraps(function)
    def locked(given: dict) -> dict | None:
        with world.lock:
            return function(given)

    return configuration(locked)


def look(function: Callable[[HttpRequest], dict]):
    @require_safe
    @wraps(function)
    def view(request: HttpRequest) -> JsonResponse:
        with world.lock:
            return JsonResponse(function(request))

    return view


def account_of(given: dict) -> Account:
    return world.account(given.get("appid", DEMO_APPID))


def whom(given: dict) -> tuple[Account, Person]:
    account = account_of(given)
    return account, account.person(given["openid"])


@act
def reset(given: dict) -> None:
    seeds.restart(empty=bool(given.get("empty")))


@act
def seed(given: dict) -> dict:
    account = account_of(given)
    seeds.add_followers(account, int(given["followers"]))
    return {"followers": len(account.followers())}


@act
def clock(given: dict) -> dict:
    world.ahead += float(given["forward"])
    return {"now": world.now()}


@act
def expire_tokens(given: dict) -> None:
    tokens.expire_all(account_of(given))


@act
def put_account(given: dict) -> dict:
    """Open an account, or change what its owner can set in the back office."""
    appid = given.get("appid", DEMO_APPID)
    account = world.accounts.get(appid) or seeds.open_account(appid, given["secret"])
    for name in ACCOUNT_FIELDS & given.keys():
        setattr(account, name, given[name])
    return {"appid": account.appid, "openids": list(account.people)}


@configuration
def put_server(given: dict) -> None:
    """服务器配置."""
    chosen = {name: given[name] for name in SERVER_FIELDS if name in given}
    server, verify = servers.Server(**chosen), bool(given.get("verify", True))
    servers.configure(account_of(given), server, verify=verify)


@act
def follow(given: dict) -> None:
    acts.follow(*whom(given))


@act
def unfollow(given: dict) -> None:
    acts.unfollow(*whom(given))


@act
def scan(given: dict) -> None:
    account, person = whom(given)
    if not acts.scan(account, person, given.get("ticket") or ticket_of(account, given["scene"])):
        raise Unknown("no such code, or it is over")


def ticket_of(account: Account, scene: str) -> str:
    """The latest code with this scene."""
    tickets = [ticket for ticket, code in account.tickets.items() if code["scene"] == scene]
    if not tickets:
        raise Unknown("no code has this scene")
    return tickets[-1]


@act
def say(given: dict) -> None:
    acts.say(*whom(given), given["text"])


@act
def put_person(given: dict) -> dict:
    """Change what WeChat knows of somebody, without an event."""
    _account, person = whom(given)
    for name in {"refuses", "blocked", "remark", "tag_ids", "subscribed"} & given.keys():
        setattr(person, name, given[name])
    return asdict(person)


@act
def post_event(given: dict) -> None:
    """Any message or event at all, also one that the product has never heard of."""
    account, person = whom(given)
    acts.message(account, person, given.get("type", "event"), **given["fields"])


@act
def put_callbacks(given: dict) -> dict:
    """How events are delivered from now on; with "release" also what was held."""
    sending = callbacks.deliveries()
    sending.hold = bool(given.get("hold", sending.hold))
    sending.copies = int(given.get("copies", sending.copies))
    sending.between_tries = float(given.get("between_tries", sending.between_tries))
    if given.get("release"):
        return {"sent": sending.release(shuffle=bool(given.get("shuffle")))}
    return {}


@act
def add_fault(given: dict) -> dict:
    if unknown := given.keys() - FAULT_FIELDS:
        raise Unknown(f"no such fields of a fault: {', '.join(sorted(unknown))}")
    return asdict(world.faults.add(Fault(**given)))


@act
def clear_faults(given: dict) -> None:
    world.faults.remove(given.get("id"))


@act
def clear_calls(given: dict) -> None:
    world.journal = Journal()


@look
def calls(request: HttpRequest) -> dict:
    return world.journal.told(request.GET.get("endpoint", ""))


@look
def deliveries(request: HttpRequest) -> dict:
    sending = callbacks.deliveries()
    told = [each.told() for each in sending.all]
    return {"under_way": sending.under_way(), "held": len(sending.held), "callbacks": told}


@look
def inbox(request: HttpRequest) -> dict:
    openid = request.GET.get("openid")
    return {"messages": [each for each in world.inbox if openid in (None, each["openid"])]}


@look
def sms(request: HttpRequest) -> dict:
    phone = request.GET.get("phone")
    return {"messages": [each for each in world.sms if phone in (None, each["phone"])]}


@look
def people(request: HttpRequest) -> dict:
    account = account_of(request.GET.dict())
    names = [each.name for each in fields(Person)]
    told = [{name: getattr(each, name) for name in names} for each in account.people.values()]
    return {"people": told}


@look
def codes(request: HttpRequest) -> dict:
    account = account_of(request.GET.dict())
    known = account.tickets.items()
    return {"codes": [{"ticket": ticket, **code} for ticket, code in known if qrcodes.valid(code)]}


@look
def faults(request: HttpRequest) -> dict:
    return {"faults": world.faults.told()}


urlpatterns = [
    path("reset", reset),
    path("seed", seed),
    path("clock", clock),
    path("account", put_account),
    path("server", put_server),
    path("tokens/expire", expire_tokens),
    path("follow", follow),
    path("unfollow", unfollow),
    path("scan", scan),
    path("say", say),
    path("event", post_event),
    path("person", put_person),
    path("people", people),
    path("codes", codes),
    path("inbox", inbox),
    path("sms", sms),
    path("faults", faults),
    path("faults/add", add_fault),
    path("faults/clear", clear_faults),
    path("calls", calls),
    path("calls/clear", clear_calls),
    path("callbacks", deliveries),
    path("callbacks/set", put_callbacks),
]
