"""The sandbox's own endpoints for WeCom, below /sandbox/wecom/: what tests do with it."""

from dataclasses import asdict, fields

from django.http import HttpRequest
from django.urls import path

from haina.sandbox import control
from haina.sandbox.control import Unknown, act, look
from haina.sandbox.wecom import changes, console, seeds, suites, tokens
from haina.sandbox.wecom.corps import ROOT, App, Corp, Member, Server, Suite
from haina.sandbox.world import world

CORP_FIELDS = {"name", "cap", "creator", "old_ips"}
APP_FIELDS = {"secret", "parties", "users", "trusted_ips", "enabled", "edits"}
SUITE_FIELDS = {"secret", "name", "edits"}


def corp_of(given) -> Corp:
    return tokens.corp_of(given.get("corpid", seeds.CORPID))


def suite_of(given) -> Suite:
    suite = world.suites.get(given.get("suite_id", seeds.SUITE_ID))
    if suite is None:
        raise Unknown("no such suite")
    return suite


def app_of(corp: Corp, given: dict) -> App:
    """通讯录同步 as "sync", or an app by its agentid."""
    wanted = given.get("agentid", "sync")
    if wanted != "sync" and wanted not in corp.apps:
        raise Unknown("no such app")
    return corp.sync if wanted == "sync" else corp.apps[wanted]


@act
def put_corp(given: dict) -> dict:
    """Open a corp, or change what its administrator can set."""
    corpid = given.get("corpid", seeds.CORPID)
    corp = world.corps.get(corpid) or seeds.open_corp(corpid, given.get("name", corpid))
    for name in CORP_FIELDS & given.keys():
        setattr(corp, name, given[name])
    return told(corp)


@act
def put_app(given: dict) -> dict:
    """通讯录同步 or an app: its secret, visible scope and trusted addresses."""
    corp = corp_of(given)
    app = app_of(corp, given)
    for name in APP_FIELDS & given.keys():
        setattr(app, name, given[name])
    return told(corp)


@act
def seed(given: dict) -> dict:
    corp = corp_of(given)
    seeds.add_many(corp, int(given.get("departments", 0)), int(given.get("members", 0)))
    return {"departments": len(corp.departments), "members": len(corp.members)}


@act
def expire_tokens(given: dict) -> None:
    """Of one app, or of everything in the corp."""
    corp = corp_of(given)
    for app in [app_of(corp, given)] if "agentid" in given else corp.secrets():
        tokens.expire_all(app)


@act
def do_in_console(given: dict) -> dict:
    """Somebody does it in WeCom's own console, by WeCom's rules and with the event."""
    if given["act"] not in console.ACTS:
        raise Unknown("no such act")
    return console.ACTS[given["act"]](corp_of(given), given.get("with", {})) or {}


@act
def activate(given: dict) -> None:
    """The member has joined: from now on their phone is theirs to change."""
    member = corp_of(given).member(given["userid"])
    if member is None:
        raise Unknown("no such member")
    member.activated = bool(given.get("activated", True))


@act
def post_event(given: dict) -> None:
    """Any event at all, to 通讯录同步 or, with "info", as a command to the suite."""
    if "info" in given:
        changes.command(suite_of(given), given["info"], given.get("fields", {}))
    else:
        changes.send(corp_of(given), given["fields"])


@control.configuration
def put_server(given: dict) -> None:
    """接收事件服务器 of 通讯录同步, or with suite_id of the suite, which gets a ticket at once."""
    holder = suite_of(given) if "suite_id" in given else corp_of(given)
    server = Server(given["url"], given["token"], given["aes_key"])
    changes.configure(holder, server, verify=bool(given.get("verify", True)))
    suites.push_all()


@act
def put_suite(given: dict) -> dict:
    """Register a suite, or change it."""
    number = given.get("suite_id", seeds.SUITE_ID)
    suite = world.suites.get(number) or Suite(number, given["secret"])
    world.suites[number] = suite
    for name in SUITE_FIELDS & given.keys():
        setattr(suite, name, given[name])
    return {"suite_id": suite.suite_id}


@act
def push_ticket(given: dict) -> dict:
    return {"suite_ticket": suites.push_ticket(suite_of(given))}


@act
def install(given: dict) -> dict:
    """From WeCom's market: the suite learns of it by create_auth."""
    suite = suite_of(given)
    where = corp_of(given), given.get("parties", [ROOT]), given.get("state", "")
    grant = suites.install(suite, *where)
    suites.create_auth(suite, grant)
    return {"auth_code": grant.auth_code}


@act
def change_scope(given: dict) -> None:
    suites.change_auth(suite_of(given), corp_of(given), given["parties"])


@act
def cancel(given: dict) -> None:
    suites.cancel_auth(suite_of(given), corp_of(given))


@look
def corps(request: HttpRequest) -> dict:
    return {"corps": [told(each) for each in world.corps.values()]}


def told(corp: Corp) -> dict:
    """A corp with its secrets, in a few words."""
    apps = [
        {name: getattr(each, name) for name in ("agentid", "name", "kind", "enabled", *APP_FIELDS)}
        for each in corp.secrets()
    ]
    numbers = {"members": len(corp.members), "departments": len(corp.departments)}
    return {"corpid": corp.corpid, "name": corp.name, "cap": corp.cap, "apps": apps, **numbers}


@look
def members(request: HttpRequest) -> dict:
    """All that WeCom knows of them."""
    names = [each.name for each in fields(Member)]
    everybody = corp_of(request.GET).members.values()
    return {"members": [{name: getattr(each, name) for name in names} for each in everybody]}


@look
def departments(request: HttpRequest) -> dict:
    found = corp_of(request.GET).departments.values()
    return {"departments": [asdict(each) | {"children": list(each.children)} for each in found]}


@look
def messages(request: HttpRequest) -> dict:
    return {"messages": corp_of(request.GET).messages}


@look
def invited(request: HttpRequest) -> dict:
    return {"invited": corp_of(request.GET).invited}


urlpatterns = [
    path("corp", put_corp),
    path("app", put_app),
    path("seed", seed),
    path("tokens/expire", expire_tokens),
    path("console", do_in_console),
    path("activate", activate),
    path("event", post_event),
    path("server", put_server),
    path("suite", put_suite),
    path("suite/ticket", push_ticket),
    path("suite/install", install),
    path("suite/change", change_scope),
    path("suite/cancel", cancel),
    path("corps", corps),
    path("members", members),
    path("departments", departments),
    path("messages", messages),
    path("invited", invited),
]
