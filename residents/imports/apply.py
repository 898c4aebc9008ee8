"""Carries out a plan: one transaction under the community's lock, written as sets."""

from collections.abc import Mapping
from datetime import datetime

from communities.models import Community
from communities.numbering import Node
from communities.tree import Tree, save_grown
from haina.accounts import audit
from haina.lib.encryption import encrypt, keyed_hash
from haina.lib.natural import natural_key
from haina.lib.rows import copy_rows, reserve_ids
from residents.imports.plan import Key, Known, Person, Plan
from residents.imports.rows import Path
from residents.models import Resident

PERSON = ("name", "gender", "identity", "lease_ends_on", "phone", "id_number")
COLUMNS = (
    "id",
    "community_id",
    "room_id",
    *PERSON,
    "name_key",
    "phone_last4",
    "id_number_hash",
    "verification",
    "created_at",
    "updated_at",
)
TABLE = Resident._meta.db_table
BATCH = 2000


def known_in(tree: Tree) -> dict[Key, Known]:
    """Everybody on file in the community, by room and phone."""
    paths: dict[int, Path] = {}
    known = {}
    rows = Resident.objects.filter(community=tree.community).values_list("pk", "room_id", *PERSON)
    for pk, room_id, *values in rows.iterator(chunk_size=5000):
        if room_id not in paths:
            paths[room_id] = path_of(tree.nodes[room_id])
        person = dict(zip(PERSON, values, strict=True))
        person["phone"] = str(person["phone"])
        known[paths[room_id], person["phone"]] = Known(pk, person)
    return known


def path_of(node: Node) -> Path:
    names = []
    while node.parent is not None:
        names.append(node.name)
        node = node.parent
    return tuple(reversed(names))


def apply_plan(plan: Plan, tree: Tree, *, by: audit.Actor, now: datetime) -> int:
    """Write the plan; the number of new nodes. Inside the transaction that read the tree."""
    nodes = {path: tree.reach(path) for path in plan.rooms}
    nodes_created = save_grown(tree, by=by, now=now)
    rooms = {path: node.pk for path, node in nodes.items()}
    created = insert(plan.new, tree.community, rooms, now=now)
    update(plan.changed, now=now)
    written = [*created, *plan.changed]
    if written:
        model, account = Resident._meta.label_lower, tree.community.account_id
        audit.record_ids(
            "resident.imported", model, written, by=by, at=now, fields=PERSON, account_id=account
        )
    return nodes_created


def insert(
    new: Mapping[Key, Person], community: Community, rooms: Mapping[Path, int], *, now: datetime
) -> list[int]:
    """The pks, ascending in the order of rows: the list shows the last row of the file first."""
    pks = reserve_ids(TABLE, len(new))
    copy_rows(
        TABLE,
        COLUMNS,
        (
            (pk, community.pk, rooms[path], *stored(person), Resident.Verification.UNVERIFIED)
            + (now, now)
            for pk, ((path, _phone), person) in zip(pks, new.items(), strict=True)
        ),
    )
    return pks


def stored(person: Person) -> tuple:
    """PERSON and what follows from it, as the columns hold it."""
    id_number = person["id_number"]
    return (
        person["name"],
        person["gender"],
        person["identity"],
        person["lease_ends_on"],
        person["phone"],
        encrypt(id_number) if id_number else b"",
        natural_key(person["name"]),
        person["phone"][-4:],
        keyed_hash(id_number) if id_number else None,
    )


def update(changed: Mapping[int, Person], *, now: datetime) -> None:
    """Whoever was deleted since the plan was made stays so, as if the import had come first."""
    rows = Resident.objects.filter(pk__in=list(changed)).order_by("pk").select_for_update()
    residents = list(rows)
    for resident in residents:
        for name, value in changed[resident.pk].items():
            setattr(resident, name, value)
        resident.derive()
        resident.updated_at = now
    fields = [*PERSON, "name_key", "phone_last4", "id_number_hash", "updated_at"]
    Resident.objects.bulk_update(residents, fields, batch_size=BATCH)
