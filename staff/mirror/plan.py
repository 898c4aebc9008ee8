"""A pass's plan as a whole: what it would change on either side, and whether somebody has to agree
to it first."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256

from staff.mirror.meeting import PeoplePlan
from staff.mirror.merging import TreePlan

MOST_DELETED = 10  # people, without anybody having agreed
MOST_OF_ALL = 0.05


@dataclass(frozen=True, slots=True)
class Plan:
    """`removals` are the pks of those to be deleted in WeCom: people by userid, departments."""

    tree: TreePlan
    people: PeoplePlan
    removals: Mapping[int, str]  # pk: userid, "" of a department
    people_here: int

    def stakes(self, *, is_first: bool) -> dict:
        """What somebody has to agree to; {} if nothing. The first pass with a corp creates and
        deletes nobody there unasked. Who is to be deleted there later was deleted here by somebody
        who was asked: of these a few are no surprise, however small the company is."""
        deletes_here = sorted(self.people.left)
        deletes_there = sorted(filter(None, self.removals.values()))
        writes_there = self.people.missing or self.departments_missing or deletes_there
        if not (
            (is_first and writes_there)
            or too_many(deletes_here, self.people_here)
            or len(deletes_there) > MOST_DELETED
        ):
            return {}
        stakes = {"delete_here": deletes_here, "delete_there": deletes_there}
        if is_first:
            stakes["create_there"] = sorted(self.people.missing)
            stakes["create_here"] = sorted(each.userid for each in self.people.arrivals)
            stakes["departments_there"] = self.departments_missing
        return stakes

    @property
    def departments_missing(self) -> list[int]:
        """To be created in WeCom."""
        return sorted(pk for pk in self.tree.to_push if pk not in self.tree.numbers)


def too_many(deleted: Collection, of: int) -> bool:
    """The deletion guard."""
    return len(deleted) > MOST_DELETED or len(deleted) > MOST_OF_ALL * of


def digest(stakes: dict) -> bytes:
    """The same for the same plan alone."""
    return sha256(json.dumps(stakes, sort_keys=True).encode()).digest()
