"""What the mirror compares: our rows and WeCom's answers, as plain values, and the marks by which
it is known which of the two has changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from haina.lib.encryption import keyed_hash

HALF = 16  # bytes; `there` of a row is two marks
OWN = "hn"  # userids that we have chosen begin with it
OWN_LENGTH = len(OWN) + 20


@dataclass(frozen=True, slots=True)
class DepartmentThere:
    id: int
    parent_id: int  # 0 of the company
    name: str  # "" where it may not be read


@dataclass(frozen=True, slots=True)
class There:
    """All of a corp, read to the end. Names are those that may be read."""

    departments: list[DepartmentThere]
    memberships: Mapping[str, frozenset[int]]
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DepartmentHere:
    pk: int
    parent: int | None
    name: str
    wecom_id: int | None = None
    there: bytes | None = None
    is_told: bool = False  # WeCom has taken it from here, and has not shown it yet
    is_refused: bool = False  # WeCom has refused it, and nobody has asked for another try


@dataclass(frozen=True, slots=True)
class PersonHere:
    pk: int
    userid: str  # "" of somebody who was never brought to this corp
    name: str
    departments: frozenset[int]
    departments_there: frozenset[int] = frozenset()
    there: bytes | None = None
    to_push: bool = False
    is_told: bool = False  # WeCom has taken all of it, and has not shown it yet
    is_refused: bool = False

    @property
    def was_there(self) -> bool:
        return bool(self.userid) and (self.there is not None or bool(self.departments_there))


def mark(text: str) -> bytes:
    return keyed_hash(text)[:HALF]


def marks_of_department(name: str, parent_id: int) -> bytes:
    return mark(name) + mark(str(parent_id))


def marks_of_person(name: str, phone: str, gender: str, position: str, address: str) -> bytes:
    return mark(name) + mark("\x1f".join((phone, gender, position, address)))


def is_own(userid: str) -> bool:
    return len(userid) == OWN_LENGTH and userid.startswith(OWN)
