"""The rules by which departments and members change, whoever changes them."""

import re

from haina.sandbox.errors import Refused
from haina.sandbox.wecom import fields
from haina.sandbox.wecom.corps import ROOT, Corp, Department, Member

NAME_LENGTH, LEVELS = 64, 15
ILLEGAL = re.compile(r'[\\:*?"<>|]')
MOST_AT_ONCE = 200


def create_department(corp: Corp, given: dict) -> Department:
    name, parent = department_name(given), parent_of(corp, given)
    number = given.get("id")
    if number is not None and not (isinstance(number, int) and number > ROOT):
        raise Refused(40058)
    if number in corp.departments or taken(corp, parent, name):
        raise Refused(60008)
    if depth(corp, parent) >= LEVELS:
        raise Refused(60002)
    return corp.add_department(name, parent, whole(given.get("order"), 0), number)


def update_department(corp: Corp, given: dict) -> Department:
    found = department(corp, given.get("id"))
    name = department_name(given) if "name" in given else found.name
    parent = parent_of(corp, given) if "parentid" in given and found.id != ROOT else found.parent
    if parent and found.id in corp.above(parent):
        raise Refused(60010)
    if parent and taken(corp, parent, name, besides=found.id):
        raise Refused(60008)
    if parent != found.parent and depth(corp, parent) + height(corp, found.id) > LEVELS:
        raise Refused(60002)
    if parent != found.parent:
        del corp.departments[found.parent].children[found.id]
        corp.departments[parent].children[found.id] = None
    found.name, found.parent = name, parent
    found.order = whole(given.get("order"), found.order)
    return found


def delete_department(corp: Corp, number: int) -> Department:
    found = department(corp, number)
    if number == ROOT:
        raise Refused(60007)
    if found.children:
        raise Refused(60006)
    if corp.inside.get(number):
        raise Refused(60005)
    del corp.departments[found.parent].children[number]
    del corp.departments[number]
    return found


def department(corp: Corp, number) -> Department:
    if not isinstance(number, int) or number not in corp.departments:
        raise Refused(60003)
    return corp.departments[number]


def department_name(given: dict) -> str:
    name = given.get("name")
    if not isinstance(name, str) or not 0 < len(name.strip()) <= NAME_LENGTH:
        raise Refused(60001)
    if ILLEGAL.search(name):
        raise Refused(60009)
    return name.strip()


def parent_of(corp: Corp, given: dict) -> int:
    parent = given.get("parentid")
    if not isinstance(parent, int) or parent < ROOT:
        raise Refused(60124)
    if parent not in corp.departments:
        raise Refused(60004)
    return parent


def taken(corp: Corp, parent: int, name: str, besides: int = 0) -> bool:
    beside = (corp.departments[each] for each in corp.departments[parent].children)
    return any(each.name == name and each.id != besides for each in beside)


def depth(corp: Corp, number: int) -> int:
    return sum(1 for _ in corp.above(number))


def height(corp: Corp, number: int) -> int:
    return 1 + max((height(corp, each) for each in corp.departments[number].children), default=0)


def whole(value, otherwise: int) -> int:
    return value if isinstance(value, int) and value >= 0 else otherwise


def create_member(corp: Corp, given: dict) -> Member:
    userid = fields.userid(given.get("userid"))
    if corp.member(userid):
        raise Refused(60102)
    checked = fields.checked(corp, given, None)
    if len(corp.members) >= corp.cap:
        raise Refused(45024)
    member = Member(userid, **checked)
    corp.put(member)
    return member


def update_member(corp: Corp, given: dict) -> tuple[Member, str]:
    """The member as changed, and the userid of before."""
    member = known(corp, given.get("userid"))
    before, renamed = member.userid, new_userid(corp, member, given)
    checked = fields.checked(corp, given, member)
    corp.forget(member)
    for name, value in checked.items():
        setattr(member, name, value)
    if renamed:
        member.userid, member.generated = renamed, False
    corp.put(member)
    return member, before


def new_userid(corp: Corp, member: Member, given: dict) -> str:
    if not given.get("new_userid"):
        return ""
    if not member.generated:
        raise Refused(301036)
    renamed = fields.userid(given["new_userid"])
    if corp.member(renamed):
        raise Refused(60102)
    return renamed


def delete_member(corp: Corp, userid) -> Member:
    member = known(corp, userid)
    if member.userid == corp.creator:
        raise Refused(301005)
    corp.forget(member)
    return member


def delete_members(corp: Corp, userids) -> list[Member]:
    """All of them or none."""
    if not isinstance(userids, list) or not userids:
        raise Refused(40031)
    if len(userids) > MOST_AT_ONCE:
        raise Refused(40032)
    found = {member.userid: member for each in userids if (member := corp.member(each))}
    if any(corp.member(each) is None for each in userids):
        raise Refused(40031)
    if corp.creator in found:
        raise Refused(301005)
    for member in found.values():
        corp.forget(member)
    return list(found.values())


def known(corp: Corp, userid) -> Member:
    """A member by userid: 40003 for what is none, 60111 for nobody's."""
    member = corp.member(fields.userid(userid, missing=40003))
    if member is None:
        raise Refused(60111)
    return member
