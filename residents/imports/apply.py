"""Carries out a plan: one transaction under the community's lock, written as sets."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain

from django.db import connection
from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils import timezone
from psycopg import sql

from communities.models import Community
from communities.numbering import Node
from communities.whole_tree import Tree, save_grown
from haina.accounts import audit
from haina.imports.entries import Entry, OnFile, Person
from haina.imports.importer import Written
from haina.imports.plan import Plan
from haina.lib.encryption import encrypt, keyed_hash
from haina.lib.faults import passing
from haina.lib.natural import natural_key
from haina.lib.rows import copy_rows, reserve_ids
from haina.sheets.names import CLEAR
from residents.imports.contract import PHONE, Path
from residents.leases import STATE_AFTER
from residents.models import Import, Resident
from residents.services import covering

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
UPDATE = sql.SQL("""
    UPDATE {table} SET name = new.name, gender = new.gender, identity = new.identity,
        lease_ends_on = new.lease_ends_on, id_number = new.id_number, name_key = new.name_key,
        id_number_hash = new.id_number_hash, updated_at = %(now)s, verification = {state_after}
    FROM unnest(%(ids)s::bigint[], %(names)s::text[], %(genders)s::text[], %(identities)s::text[],
        %(ends)s::date[], %(sealed)s::bytea[], %(keys)s::text[], %(hashes)s::bytea[])
        AS new (id, name, gender, identity, lease_ends_on, id_number, name_key, id_number_hash)
    WHERE {table}.id = new.id
    RETURNING {table}.id
""").format(
    table=sql.Identifier(TABLE),
    state_after=sql.SQL(STATE_AFTER.format(table=TABLE, ends_on="new.lease_ends_on")),
)
WRITTEN = ("ids", "names", "genders", "identities", "ends", "sealed", "keys", "hashes")


def on_file(tree: Tree) -> Iterator[OnFile]:
    """Everybody on file in the community."""
    paths: dict[int, Path] = {}
    columns = ["number" if name == "phone" else name for name in PERSON]
    residents = Resident.objects.filter(community=tree.community)
    # As text: a PhoneNumber for each of many thousand rows takes longer than all the rest.
    rows = residents.annotate(number=Cast("phone", TextField())).values_list(
        "pk", "room_id", *columns
    )
    for pk, room_id, *values in rows.iterator(chunk_size=5000):
        if room_id not in paths:
            paths[room_id] = path_of(tree.nodes[room_id])
        person = tuple(values)
        yield OnFile(pk, (paths[room_id], person[PHONE]), person)


def rooms_of(plan: Plan) -> dict[Path, None]:
    """Every room that a good row names, in the order of rows as far as it matters."""
    keys = chain(plan.sheet.places, (entry.key for entry in plan.new))
    return dict.fromkeys(path for path, _phone in keys)


def path_of(node: Node) -> Path:
    names = []
    while node.parent is not None:
        names.append(node.name)
        node = node.parent
    return tuple(reversed(names))


def apply_plan(
    plan: Plan, tree: Tree, imported: Import, *, policy: str, by: audit.Actor, now: datetime
) -> Written:
    """Write the plan. Inside the transaction that read the tree."""
    model, account = Resident._meta.label_lower, tree.community.account_id
    audit.explain("resident.imported", by=by, **{"import": imported.pk})
    nodes = list(tree.new)
    rooms = {path: tree.reach(path) for path in rooms_of(plan)}
    save_grown(tree, by=by, now=now)
    created = insert(plan.new, tree.community, rooms, now=now)
    updated = update(plan, policy, now=now)
    passing("import.residents_written")
    if created or updated:
        audit.record_ids(
            "resident.imported",
            model,
            [*created, *updated],
            by=by,
            at=now,
            fields=covering(PERSON),
            account_id=account,
        )
    return Written(created, updated, [node.pk for node in nodes])


def insert(
    new: Sequence[Entry], community: Community, rooms: dict[Path, Node], *, now: datetime
) -> list[int]:
    """The pks, ascending in the order of rows: the list shows the last row of the file first."""
    pks = reserve_ids(TABLE, len(new))
    copy_rows(
        TABLE,
        COLUMNS,
        (
            (pk, community.pk, rooms[entry.key[0]].pk, *stored(entry.person))
            + (Resident.Verification.UNVERIFIED.value, now, now)
            for pk, entry in zip(pks, new, strict=True)
        ),
    )
    return pks


def stored(person: Person) -> tuple:
    """PERSON and what follows from it, as the columns hold it."""
    name, gender, identity, lease_ends_on, phone, id_number = (
        "" if value == CLEAR else value for value in person
    )
    sealed, hashed = (encrypt(id_number), keyed_hash(id_number)) if id_number else (b"", None)
    key = natural_key(name)
    return name, gender, identity, lease_ends_on, phone, sealed, key, phone[-4:], hashed


def update(plan: Plan, policy: str, *, now: datetime) -> list[int]:
    """The pks. Whoever was deleted since the plan was made stays so, as if the import had come
    first."""
    rows = []
    for change in plan.changes:
        person = change.under(policy)
        if person != change.before:
            name, gender, identity, ends, _phone, sealed, key, _last4, hashed = stored(person)
            rows.append((change.pk, name, gender, identity, ends, sealed, key, hashed))
    if not rows:
        return []
    with connection.cursor() as cursor:
        columns = dict(zip(WRITTEN, map(list, zip(*rows, strict=True)), strict=True))
        cursor.execute(UPDATE, columns | {"now": now, "today": timezone.localdate(now)})
        return sorted(pk for (pk,) in cursor.fetchall())
