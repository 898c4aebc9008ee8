"""What somebody does in WeCom's own console: by the rules of the API, and with the event."""

import itertools

from haina.sandbox.wecom import changes, directory
from haina.sandbox.wecom.corps import Corp


def add_member(corp: Corp, given: dict) -> dict:
    """Without a userid WeCom makes one up, which may be changed once."""
    userid = given.get("userid") or made_up(corp)
    member = directory.create_member(corp, {**given, "userid": userid})
    member.generated = not given.get("userid")
    changes.member(corp, "create_user", member)
    return {"userid": member.userid}


def made_up(corp: Corp) -> str:
    names = (f"WeComUser{number}" for number in itertools.count(corp.last_serial + 1))
    return next(each for each in names if corp.member(each) is None)


def change_member(corp: Corp, given: dict) -> None:
    member, before = directory.update_member(corp, given)
    changes.member(corp, "update_user", member, before=before)


def delete_member(corp: Corp, given: dict) -> None:
    gone = directory.delete_member(corp, given.get("userid"))
    changes.member(corp, "delete_user", gone)


def add_department(corp: Corp, given: dict) -> dict:
    made = directory.create_department(corp, given)
    changes.party(corp, "create_party", made)
    return {"id": made.id}


def change_department(corp: Corp, given: dict) -> None:
    changes.party(corp, "update_party", directory.update_department(corp, given))


def delete_department(corp: Corp, given: dict) -> None:
    gone = directory.delete_department(corp, given["id"])
    changes.party(corp, "delete_party", gone)


ACTS = {
    "user/create": add_member,
    "user/update": change_member,
    "user/delete": delete_member,
    "department/create": add_department,
    "department/update": change_department,
    "department/delete": delete_department,
}
