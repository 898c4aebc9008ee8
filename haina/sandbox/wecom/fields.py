"""What may stand in the fields of a member, by user/create and user/update."""

import re

from haina.sandbox.errors import Refused
from haina.sandbox.wecom.corps import Corp, Member

USERID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_\-@.]{0,63}")
MOBILE = re.compile(r"(?:\+86 ?)?(1[3-9]\d{9})")
FOREIGN = re.compile(r"\+(?!86)\d{1,4}[ -]?\d{5,14}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
TELEPHONE = re.compile(r"[0-9+,\-]{0,32}")
NAME, MOST_DEPARTMENTS, MOST_LEADERS = 64, 100, 5
EMAIL_BYTES = range(6, 65)
LENGTHS = {"alias": 64, "position": 128, "address": 128, "external_position": 12, "biz_mail": 64}
GENDERS = {"0", "1", "2"}


def userid(value, missing: int = 41009) -> str:
    if value in (None, ""):
        raise Refused(missing)
    if not isinstance(value, str) or not USERID.fullmatch(value):
        raise Refused(40003)
    return value


def checked(corp: Corp, given: dict, member: Member | None) -> dict:
    """The fields that change, each as it is kept; of a new member all that are wanted."""
    new = member is None
    fields = {}
    if new or "name" in given:
        fields["name"] = name(given.get("name"))
    if new or "department" in given:
        fields["departments"] = departments(corp, given.get("department"))
    # The phone of somebody who has activated their account is theirs to change.
    if "mobile" in given and not (member and member.activated):
        fields["mobile"] = mobile(corp, given["mobile"], member)
    if "email" in given:
        fields["email"] = email(corp, given["email"], member)
    if not any(fields.get(each, getattr(member, each, "")) for each in ("mobile", "email")):
        raise Refused(60129)
    fields |= plain(given)
    return fields | in_departments(given, fields, member) | reports_to(corp, given)


def name(value) -> str:
    if not isinstance(value, str) or not 0 < len(value.strip()) <= NAME:
        raise Refused(60112)
    return value.strip()


def departments(corp: Corp, value) -> list[int]:
    if not isinstance(value, list) or not value:
        raise Refused(60127)
    if len(value) > MOST_DEPARTMENTS:
        raise Refused(60110)
    if any(not isinstance(each, int) or each not in corp.departments for each in value):
        raise Refused(60123)
    return list(dict.fromkeys(value))


def mobile(corp: Corp, value, member: Member | None) -> str:
    """As it is kept: a Chinese number without its country, any other as it was given."""
    if value in (None, ""):
        return ""
    if not isinstance(value, str):
        raise Refused(60103)
    chinese = MOBILE.fullmatch(value)
    if not chinese and not FOREIGN.fullmatch(value):
        raise Refused(60103)
    kept = chinese[1] if chinese else re.sub("[ -]", "", value)
    if (other := corp.mobiles.get(kept)) and other is not member:
        raise Refused(60104, f"mobile existed:{other.userid}")
    return kept


def email(corp: Corp, value, member: Member | None) -> str:
    if value in (None, ""):
        return ""
    if not isinstance(value, str) or not EMAIL.fullmatch(value):
        raise Refused(60105)
    if len(value.encode()) not in EMAIL_BYTES:
        raise Refused(60105)
    if (other := corp.emails.get(value.lower())) and other is not member:
        raise Refused(60106, f"email existed:{other.userid}")
    return value


def plain(given: dict) -> dict:
    """Fields of their own length."""
    fields = {}
    for each in LENGTHS.keys() & given.keys():
        value = given[each]
        if not isinstance(value, str) or len(value) > LENGTHS[each]:
            raise Refused(40058, f"invalid Request Parameter: {each}")
        fields[each] = value
    if "telephone" in given:
        if not TELEPHONE.fullmatch(str(given["telephone"])):
            raise Refused(40058, "invalid Request Parameter: telephone")
        fields["telephone"] = str(given["telephone"])
    if "gender" in given:
        if str(given["gender"]) not in GENDERS:
            raise Refused(40058, "invalid Request Parameter: gender")
        fields["gender"] = str(given["gender"])
    if "enable" in given:
        fields["enable"] = int(bool(given["enable"]))
    return fields


def in_departments(given: dict, fields: dict, member: Member | None) -> dict:
    """order, is_leader_in_dept and main_department go with the departments."""
    within = fields.get("departments") or getattr(member, "departments", [])
    lists = {"order": 40058, "is_leader_in_dept": 60132}
    found: dict = {each: [] for each in lists} if "departments" in fields else {}
    for each, refusal in lists.items():
        if each in given:
            numbers = given[each]
            if not isinstance(numbers, list) or len(numbers) != len(within):
                raise Refused(refusal)
            if not all(isinstance(number, int) for number in numbers):
                raise Refused(40058, f"invalid Request Parameter: {each}")
            found[each] = numbers
    main = given.get("main_department", getattr(member, "main_department", within[0]))
    if main not in within:
        if "main_department" in given:
            raise Refused(40058, "invalid Request Parameter: main_department")
        main = within[0]
    return found | {"main_department": main}


def reports_to(corp: Corp, given: dict) -> dict:
    if "direct_leader" not in given:
        return {}
    leaders = given["direct_leader"]
    if not isinstance(leaders, list) or len(leaders) > MOST_LEADERS:
        raise Refused(40058, "invalid Request Parameter: direct_leader")
    if any(corp.member(each) is None for each in leaders):
        raise Refused(60111)
    return {"direct_leader": leaders}
