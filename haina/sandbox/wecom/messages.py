"""What a self-built app does besides contacts: itself, messages, invitations."""

from haina.sandbox.errors import Refused
from haina.sandbox.wecom import members, rights
from haina.sandbox.wecom.call import Call
from haina.sandbox.wecom.corps import App, Corp, Member
from haina.sandbox.world import world

MOST_USERS, MOST_PARTIES, MOST_TAGS = 1000, 100, 100
TEXT_BYTES, TITLE_BYTES, DESCRIPTION_BYTES = 2048, 128, 512
EVERYBODY = "@all"


def agent(call: Call) -> dict:
    _corp, app = own_agent(call, call.number("agentid", 41011))
    return {
        "agentid": app.agentid,
        "name": app.name,
        "square_logo_url": "",
        "description": "",
        "allow_userinfos": {"user": [{"userid": each} for each in app.users]},
        "allow_partys": {"partyid": app.parties},
        "allow_tags": {"tagid": []},
        "close": int(not app.enabled),
        "redirect_domain": "127.0.0.1",
        "report_location_flag": 0,
        "isreportenter": 0,
        "home_url": "",
    }


def own_agent(call: Call, agentid: int) -> tuple[Corp, App]:
    corp, app = rights.app_only(call)
    if agentid not in corp.apps:
        raise Refused(40056)
    if agentid != app.agentid:
        raise Refused(301002)
    return corp, app


def send(call: Call) -> dict:
    """To whom of those named it can go; 81013 if to nobody."""
    body = call.body
    corp, app = own_agent(call, call.number("agentid", 41011))
    content = content_of(body)
    users, parties = split(body, "touser"), split(body, "toparty")
    if len(users) > MOST_USERS:
        raise Refused(40032)
    found = {each: corp.member(each) for each in users if each != EVERYBODY}
    right = [each for each in found.values() if each and rights.sees(corp, app, each)]
    bad_users = [each for each, who in found.items() if who not in right]
    good_parties = [each for each in parties if is_visible(corp, app, each)]
    people = {each.userid: each for each in right + inside(corp, map(int, good_parties))}
    if EVERYBODY in users:
        seen = (each for each in corp.members.values() if rights.sees(corp, app, each))
        people |= {each.userid: each for each in seen}
    if not people:
        raise Refused(81013)
    return {
        "invaliduser": "|".join(bad_users),
        "invalidparty": "|".join(each for each in parties if each not in good_parties),
        "invalidtag": "|".join(split(body, "totag")),
        "msgid": arrive(corp, app, people, content),
    }


def split(body: dict, name: str) -> list[str]:
    return [each for each in str(body.get(name) or "").split("|") if each]


def is_visible(corp: Corp, app: App, department) -> bool:
    if not str(department).isdecimal() or int(department) not in corp.departments:
        return False
    return rights.sees_department(corp, app, int(department))


def inside(corp: Corp, departments) -> list[Member]:
    """Whoever is in these departments or below."""
    below = {each.id for top in departments for each in corp.below(top)}
    return [member for each in below for member in corp.inside.get(each, {}).values()]


def content_of(body: dict) -> dict:
    kind = body.get("msgtype")
    if kind not in ("text", "markdown", "textcard"):
        raise Refused(40008)
    given = body.get(kind)
    if not isinstance(given, dict):
        raise Refused(44004)
    if kind != "textcard":
        if not given.get("content"):
            raise Refused(44004)
        return {"kind": kind, "text": cut(given["content"], TEXT_BYTES)}
    if not all(given.get(name) for name in ("title", "description", "url")):
        raise Refused(44004)
    title, text = given["title"], cut(given["description"], DESCRIPTION_BYTES)
    return {"kind": kind, "title": cut(title, TITLE_BYTES), "text": text, "url": given["url"]}


def cut(text, length: int) -> str:
    return str(text).encode()[:length].decode(errors="ignore")


def arrive(corp: Corp, app: App, people: dict[str, Member], content: dict) -> str:
    msgid = str(world.number())
    head = {"msgid": msgid, "agentid": app.agentid, "at": world.now()}
    corp.messages.append({**head, "users": list(people), **content})
    return msgid


def invite(call: Call) -> dict:
    """Who is to be asked to join; what cannot be is told."""
    corp, app = call.bearer()
    users, parties = listed(call, "user", MOST_USERS), listed(call, "party", MOST_PARTIES)
    tags = listed(call, "tag", MOST_TAGS)
    found = {member for each in users if (member := corp.member(each))}
    right = [each for each in found if rights.sees(corp, app, each)]
    good_parties = [each for each in parties if is_visible(corp, app, each)]
    for member in right + inside(corp, map(int, good_parties)):
        members.invite(corp, member)
    return {
        "invaliduser": [each for each in users if corp.member(each) not in right],
        "invalidparty": [each for each in parties if each not in good_parties],
        "invalidtag": tags,
    }


def listed(call: Call, name: str, most: int) -> list:
    value = call.body.get(name) or []
    if not isinstance(value, list) or len(value) > most:
        raise Refused(40032)
    return value
