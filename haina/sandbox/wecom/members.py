"""user/*: the members of a corp, as far as the caller may know of them."""

import base64
import binascii

from haina.sandbox.errors import Refused
from haina.sandbox.wecom import changes, directory, fields, rights
from haina.sandbox.wecom.call import Call
from haina.sandbox.wecom.corps import App, Corp, Member
from haina.sandbox.world import world

MOST_IDS = 10_000


def get(call: Call) -> dict:
    corp, app = rights.reading(call)
    member = directory.known(corp, call.query.get("userid"))
    if not rights.sees(corp, app, member):
        raise Refused(60021)
    return told(app, member)


def listing(call: Call) -> dict:
    corp, app = rights.reading(call)
    return {"userlist": [told(app, each) for each in of_department(call, corp, app)]}


def simple_list(call: Call) -> dict:
    corp, app = rights.reading(call)
    shown = [
        {"userid": each.userid, "name": rights.names(app, each), "department": each.departments}
        for each in of_department(call, corp, app)
    ]
    return {"userlist": shown}


def of_department(call: Call, corp: Corp, app: App) -> list[Member]:
    """Of the department itself: there is no fetch_child any more."""
    found = rights.visible(corp, app, call.number("department_id", 60123))
    return list(corp.inside.get(found.id, {}).values())


def list_id(call: Call) -> dict:
    """A row for each department of each member, in the order in which they were created."""
    corp = rights.sync_only(call)
    limit = call.number("limit", 40058) if "limit" in call.body else MOST_IDS
    if not 0 < limit <= MOST_IDS:
        raise Refused(40058)
    after = place_of(call.body.get("cursor"))
    everybody = sorted(corp.members.values(), key=lambda member: member.serial)
    rows = [
        (each.serial, department, each.userid)
        for each in everybody
        if each.serial >= after[0]
        for department in sorted(each.departments)
        if (each.serial, department) > after
    ]
    page = rows[:limit]
    cursor = cursor_at(*page[-1][:2]) if len(rows) > limit else ""
    told = [{"userid": userid, "department": department} for _, department, userid in page]
    return {"next_cursor": cursor, "dept_user": told}


def cursor_at(serial: int, department: int) -> str:
    return base64.urlsafe_b64encode(f"{serial}.{department}".encode()).decode()


def place_of(cursor) -> tuple[int, int]:
    if not cursor:
        return 0, 0
    try:
        serial, department = base64.urlsafe_b64decode(cursor).decode().split(".")
        return int(serial), int(department)
    except (ValueError, TypeError, binascii.Error):
        raise Refused(40058, "invalid Request Parameter: cursor") from None


def by_mobile(call: Call) -> dict:
    corp, app = rights.reading(call)
    given = call.body.get("mobile")
    if not isinstance(given, str) or not (found := fields.MOBILE.fullmatch(given)):
        raise Refused(60103)
    member = corp.mobiles.get(found[1])
    if member is None or not rights.sees(corp, app, member):
        raise Refused(46004)
    return {"userid": member.userid}


def told(app: App, member: Member) -> dict:
    shown = {
        "userid": member.userid,
        "name": rights.names(app, member),
        "department": member.departments,
        "order": member.order or [0] * len(member.departments),
        "position": member.position,
        "status": member.status,
        "enable": member.enable,
        "isleader": int(any(member.is_leader_in_dept)),
        "is_leader_in_dept": member.is_leader_in_dept or [0] * len(member.departments),
        "direct_leader": member.direct_leader,
        "main_department": member.main_department,
        "alias": member.alias,
        "telephone": member.telephone,
        "extattr": {"attrs": []},
    }
    return shown | private(member) if rights.tells_all(app) else shown


def private(member: Member) -> dict:
    """What no app gets since June 2022."""
    return {
        "mobile": member.mobile,
        "gender": member.gender,
        "email": member.email,
        "biz_mail": member.biz_mail,
        "address": member.address,
        "avatar": "",
        "qr_code": "",
    }


def create(call: Call) -> dict:
    corp, app = rights.writing(call)
    check_scope(corp, app, call.body)
    member = directory.create_member(corp, call.body)
    if call.body.get("to_invite", True):
        invite(corp, member)
    changes.member(corp, "create_user", member, by=app)
    return {"errmsg": "created"}


def update(call: Call) -> dict:
    corp, app = rights.writing(call)
    check_scope(corp, app, call.body, call.body.get("userid"))
    member, before = directory.update_member(corp, call.body)
    changes.member(corp, "update_user", member, by=app, before=before)
    return {"errmsg": "updated"}


def delete(call: Call) -> dict:
    corp, app = rights.writing(call)
    check_scope(corp, app, {}, call.query.get("userid"))
    gone = directory.delete_member(corp, call.query.get("userid"))
    changes.member(corp, "delete_user", gone, by=app)
    return {"errmsg": "deleted"}


def batch_delete(call: Call) -> dict:
    corp, app = rights.writing(call)
    userids = call.body.get("useridlist")
    check_scope(corp, app, {}, *(userids if isinstance(userids, list) else []))
    for gone in directory.delete_members(corp, userids):
        changes.member(corp, "delete_user", gone, by=app)
    return {"errmsg": "deleted"}


def check_scope(corp: Corp, app: App, given: dict, *userids) -> None:
    """May the app write these members, and into these departments?"""
    wanted = given.get("department")
    rights.check_scope(corp, app, wanted if isinstance(wanted, list) else [])
    members = [member for each in userids if (member := corp.member(each))]
    if not all(rights.sees(corp, app, each) for each in members):
        raise Refused(60011)


def invite(corp: Corp, member: Member) -> None:
    """An SMS or mail that asks the member to join; here it is merely noted."""
    corp.invited.append({"userid": member.userid, "at": world.now()})
