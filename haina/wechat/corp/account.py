"""A corp's contacts in WeCom, in words of our own: plain values in, plain values out.

A method raises what haina.wechat.errors has, with the sentences of haina.wechat.corp.errors. It
keeps no lock and expects none: whoever calls it holds neither a row nor an advisory lock meanwhile.
What WeCom tells on several pages is told as a whole or not at all: a page that is refused raises.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from haina.wechat.corp import errors
from haina.wechat.corp.client import clients_of
from haina.wechat.errors import BadArgument, WeChatRefused
from haina.wechat.models import Corp

MOST_IDS, MOST_DELETED = 10_000, 200  # what WeCom takes in one call
GENDERS = {"male": "1", "female": "2"}
CHINA = "+86"
# Where one of these comes, names are not for us: that is no fault.
UNREADABLE = frozenset({48002, 48009, 60011, 60021})


@dataclass(frozen=True)
class CorpDepartment:
    id: int
    parent_id: int  # 0 of the top
    name: str  # "" where it may not be read


@dataclass(frozen=True)
class Member:
    """What is written of somebody. A blank leaves what WeCom has; but of whom we have created
    there, a blank position or address is written as well."""

    userid: str
    name: str
    phone: str  # E.164
    gender: str  # male, female or ""
    position: str
    address: str
    departments: Sequence[int]
    is_ours: bool = False


@dataclass(frozen=True)
class MemberThere:
    """What can be read of somebody."""

    userid: str
    name: str  # "" where it may not be read
    position: str
    departments: frozenset[int]


class CorpAccount:
    """Made by `corp_account`."""

    def __init__(self, corp: Corp) -> None:
        self.is_suite = corp.way == Corp.Way.SUITE
        self.writer, self.reader = clients_of(corp)

    def departments(self) -> list[CorpDepartment]:
        """Whatever may be seen, with names as far as these may be."""
        names = self._department_names()
        told = self.writer.get("department/simplelist")
        return self._read(lambda told: departments_of(told, names), told)

    def memberships(self) -> dict[str, frozenset[int]]:
        """The departments of every member, by userid."""
        found: dict[str, set[int]] = defaultdict(set)
        for userid, department in self._walked() if self.is_suite else self._listed():
            found[userid].add(department)
        return {userid: frozenset(inside) for userid, inside in found.items()}

    def names(self) -> dict[str, str]:
        """Names by userid, of those whose name may be read."""
        if self.is_suite:
            return {}
        told = self._unless_hidden(lambda: self.reader.get("department/simplelist"))
        departments = self._read(department_ids, told) if told else []
        return dict(pair for each in departments for pair in self._names_in(each))

    def create_member(self, member: Member, *, invite: bool) -> None:
        """60102: there is one with this userid. 60104: there is one with this phone."""
        self.writer.post("user/create", data=fields_of(member) | {"to_invite": invite})

    def update_member(self, member: Member) -> None:
        self.writer.post("user/update", data=fields_of(member))

    def delete_member(self, userid: str) -> None:
        self.writer.get("user/delete", params={"userid": userid})

    def delete_members(self, userids: Sequence[str]) -> None:
        """At most 200; all of them or none."""
        self.writer.post("user/batchdelete", data={"useridlist": list(userids)})

    def userid_of(self, phone: str) -> str:
        """Who has this phone; "" for nobody that may be seen."""
        try:
            told = self.reader.post("user/getuserid", data={"mobile": mobile_of(phone)})
        except BadArgument as error:
            if error.code == errors.NOBODY_HAS_IT:
                return ""
            raise
        return self._read(lambda told: str(told["userid"]), told)

    def member(self, userid: str) -> MemberThere:
        """60111: there is nobody with this userid. 60021: they may not be seen."""
        told = self.reader.get("user/get", params={"userid": userid})
        return self._read(lambda told: member_of(told, has_name=not self.is_suite), told)

    def create_department(self, name: str, parent_id: int) -> int:
        asked = {"name": name, "parentid": parent_id}
        told = self.writer.post("department/create", data=asked)
        return self._read(lambda told: int(told["id"]), told)

    def update_department(self, number: int, name: str, parent_id: int) -> None:
        """A blank name leaves the one that WeCom has. The company itself, below 0, has no place."""
        asked = {"id": number} | ({"parentid": parent_id} if parent_id else {})
        asked |= {"name": name} if name else {}
        self.writer.post("department/update", data=asked)

    def delete_department(self, number: int) -> None:
        self.writer.get("department/delete", params={"id": number})

    def _listed(self) -> Iterator[tuple[str, int]]:
        cursor, seen = "", set()
        while True:
            asked = {"limit": MOST_IDS} | ({"cursor": cursor} if cursor else {})
            told = self.writer.post("user/list_id", data=asked)
            rows, cursor = self._read(page_of, told)
            yield from rows
            if not cursor:
                return
            if cursor in seen:
                raise self.writer.errors.unreachable("the pages go round")
            seen.add(cursor)

    def _walked(self) -> Iterator[tuple[str, int]]:
        """A suite may not ask for the list."""
        told = self.writer.get("department/simplelist")
        for department in self._read(department_ids, told):
            people = self.writer.get("user/simplelist", params={"department_id": department})
            yield from self._read(lambda told, of=department: userids_in(told, of), people)

    def _department_names(self) -> dict[int, str]:
        if self.is_suite:
            return {}
        told = self._unless_hidden(lambda: self.reader.get("department/list"))
        return self._read(department_names, told) if told else {}

    def _names_in(self, department: int) -> list[tuple[str, str]]:
        asked = {"department_id": department}
        told = self._unless_hidden(lambda: self.reader.get("user/simplelist", params=asked))
        return self._read(names_in, told) if told else []

    def _unless_hidden(self, ask: Callable[[], dict]) -> dict | None:
        try:
            return ask()
        except WeChatRefused as error:
            if error.code not in UNREADABLE:
                raise
        return None

    def _read(self, reader, told):
        return self.writer.errors.read(reader, told)


def corp_account(corp: Corp) -> CorpAccount:
    """The corp's contacts, by whichever way it is connected."""
    return CorpAccount(corp)


def fields_of(member: Member) -> dict:
    fields = {
        "userid": member.userid,
        "name": member.name,
        "mobile": mobile_of(member.phone),
        "gender": GENDERS.get(member.gender, ""),
        "position": member.position,
        "address": member.address,
        "department": list(member.departments),
    }
    written = {"position", "address"} if member.is_ours else ()
    return {name: value for name, value in fields.items() if value or name in written}


def mobile_of(phone: str) -> str:
    """As WeCom keeps it: a Chinese number without its country."""
    return phone.removeprefix(CHINA)


def departments_of(told: dict, names: dict[int, str]) -> list[CorpDepartment]:
    return [
        CorpDepartment(int(each["id"]), int(each["parentid"]), names.get(each["id"], ""))
        for each in told["department_id"]
    ]


def department_ids(told: dict) -> list[int]:
    return [int(each["id"]) for each in told["department_id"]]


def department_names(told: dict) -> dict[int, str]:
    return {int(each["id"]): str(each["name"]) for each in told["department"]}


def page_of(told: dict) -> tuple[list[tuple[str, int]], str]:
    rows = [(str(each["userid"]), int(each["department"])) for each in told["dept_user"]]
    return rows, str(told.get("next_cursor") or "")


def userids_in(told: dict, department: int) -> list[tuple[str, int]]:
    return [(str(each["userid"]), department) for each in told["userlist"]]


def names_in(told: dict) -> list[tuple[str, str]]:
    return [(str(each["userid"]), str(each["name"])) for each in told["userlist"]]


def member_of(told: dict, *, has_name: bool) -> MemberThere:
    return MemberThere(
        userid=str(told["userid"]),
        name=str(told["name"]) if has_name else "",
        position=str(told.get("position") or ""),
        departments=frozenset(map(int, told["department"])),
    )
