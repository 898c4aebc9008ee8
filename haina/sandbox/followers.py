"""Who follows an account, what is noted of them, and the blacklist."""

from haina.sandbox.call import Call
from haina.sandbox.errors import Refused
from haina.sandbox.world import Account, Person

PAGE = 10_000
MOST_DETAILS, MOST_BLOCKED, REMARK_BYTES = 100, 20, 30
# WeChat names nobody any more: these come empty since 2021.
NOTHING = {"nickname": "", "sex": 0, "city": "", "province": "", "country": "", "headimgurl": ""}


def user_get(call: Call) -> dict:
    everybody = call.account.followers()
    return {"total": len(everybody), **page(call.account, everybody, call.query.get("next_openid"))}


def user_info(call: Call) -> dict:
    return profile(call.account.person(call.query.get("openid")))


def batch_get(call: Call) -> dict:
    wanted = call.body.get("user_list")
    if not isinstance(wanted, list) or not all(isinstance(each, dict) for each in wanted):
        raise Refused(40035)
    if not 0 < len(wanted) <= MOST_DETAILS:
        raise Refused(40032)
    people = [call.account.person(each.get("openid")) for each in wanted]
    return {"user_info_list": [profile(person) for person in people]}


def update_remark(call: Call) -> None:
    person, remark = call.account.person(call.body.get("openid")), call.body.get("remark", "")
    if not isinstance(remark, str) or len(remark.encode()) > REMARK_BYTES:
        raise Refused(40092)
    person.remark = remark


def blacklist(call: Call) -> dict:
    blocked = [person for person in call.account.people.values() if person.blocked]
    blocked.sort(key=lambda person: person.order)
    return {"total": len(blocked), **page(call.account, blocked, call.body.get("begin_openid"))}


def block(call: Call) -> None:
    for person in listed(call, MOST_BLOCKED):
        person.blocked = True


def unblock(call: Call) -> None:
    for person in listed(call, MOST_BLOCKED):
        person.blocked = False


def listed(call: Call, most: int) -> list[Person]:
    """The people of openid_list, all of them or a refusal."""
    openids = call.body.get("openid_list")
    if not isinstance(openids, list):
        raise Refused(40031)
    if not 0 < len(openids) <= most:
        raise Refused(40032)
    return [call.account.person(openid) for openid in openids]


def page(account: Account, people: list[Person], after: str | None) -> dict:
    """At most 10,000 openids. The last page names a next_openid as well; behind it is one more
    page, which has no `data`."""
    order = account.person(after).order if after else 0
    openids = [person.openid for person in people if person.order > order][:PAGE]
    if not openids:
        return {"count": 0, "next_openid": ""}
    return {"count": len(openids), "data": {"openid": openids}, "next_openid": openids[-1]}


def profile(person: Person) -> dict:
    if not person.subscribed:
        return {
            "subscribe": 0,
            "openid": person.openid,
            "unionid": person.unionid,
            "tagid_list": [],
        }
    return {
        "subscribe": 1,
        "openid": person.openid,
        **NOTHING,
        "language": "zh_CN",
        "subscribe_time": person.subscribed_at,
        "unionid": person.unionid,
        "remark": person.remark,
        "groupid": person.tag_ids[0] if person.tag_ids else 0,
        "tagid_list": list(person.tag_ids),
        "subscribe_scene": person.came_by,
        "qr_scene": int(person.scene) if person.scene.isdecimal() else 0,
        "qr_scene_str": "" if person.scene.isdecimal() else person.scene,
    }
