"""Carries out a plan: one transaction under the lock of the account's staff, written as sets."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import connection
from django.db.models import TextField
from django.db.models.functions import Cast
from psycopg import sql

from haina.accounts import audit
from haina.accounts.models import ServiceAccount
from haina.imports.entries import Entry, OnFile, Person
from haina.imports.importer import Written
from haina.imports.plan import Plan
from haina.lib.faults import passing
from haina.lib.natural import natural_key
from haina.lib.rows import array_text, copy_rows, reserve_ids
from haina.sheets.names import CLEAR
from staff.bells import ring
from staff.imports.contract import NAME, PHONE
from staff.models import Employee, StaffImport
from staff.services import PUSHED

PERSON = (
    *("community_ids", "name", "gender", "department_ids", "position", "rank"),
    *("phone", "wechat", "address"),
)
IS_PUSHED = [name in PUSHED for name in PERSON]
# What an import leaves to the mirror and to forms, and what follows from a person.
BLANK = {"userid": "", "corp_id": "", "departments_there": [], "invite": False}
COLUMNS = ("id", "account_id", *PERSON, *BLANK, "name_key", "phone_last4")
COLUMNS += ("created_at", "updated_at")
MODEL = Employee._meta.label_lower
TABLE = Employee._meta.db_table
UPDATE = sql.SQL("""
    UPDATE {table} SET community_ids = new.communities::bigint[], name = new.name,
        name_key = new.name_key, gender = new.gender, department_ids = new.departments::bigint[],
        position = new.position, rank = new.rank, wechat = new.wechat, address = new.address,
        to_push = {table}.to_push OR new.to_push,
        push_fault = CASE WHEN new.to_push THEN NULL ELSE push_fault END,
        push_detail = CASE WHEN new.to_push THEN '' ELSE push_detail END, updated_at = %s
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
        %s::text[], %s::text[], %s::text[], %s::text[], %s::bool[])
        AS new (id, communities, name, gender, departments, position, rank, wechat, address,
            name_key, to_push)
    WHERE {table}.id = new.id RETURNING {table}.id
""").format(table=sql.Identifier(TABLE))


def on_file(account: ServiceAccount) -> Iterator[OnFile]:
    """Everybody who has a phone."""
    columns = ["number" if name == "phone" else name for name in PERSON]
    staff = Employee.objects.filter(account=account).exclude(phone="")
    # As text: a PhoneNumber for each row takes longer than all the rest.
    rows = staff.annotate(number=Cast("phone", TextField())).values_list("pk", *columns)
    for pk, *values in rows.iterator(chunk_size=2000):
        person = person_of(values)
        yield OnFile(pk, person[PHONE], person)


def person_of(values: Sequence) -> Person:
    """The values of PERSON as rows of a workbook have them."""
    return tuple(tuple(sorted(each)) if isinstance(each, list) else each for each in values)


def apply_plan(
    plan: Plan, imported: StaffImport, *, policy: str, by: audit.Actor, now: datetime
) -> Written:
    """Write the plan. Inside the transaction that holds the lock."""
    account = imported.account_id
    audit.explain("employee.imported", by=by, **{"import": imported.pk})
    created = insert(plan.new, account, now=now)
    updated = update(plan, policy, now=now)
    passing("import.staff_written")
    if created or updated:
        told = {"by": by, "at": now, "fields": PERSON, "account_id": account}
        audit.record_ids("employee.imported", MODEL, [*created, *updated], **told)
        ring(account)
    return Written(created, updated)


def insert(new: Sequence[Entry], account_id: int, *, now: datetime) -> list[int]:
    pks = reserve_ids(TABLE, len(new))
    copy_rows(
        TABLE,
        COLUMNS,
        (
            (pk, account_id, *stored(entry.person), *BLANK.values(), *derived(entry.person))
            + (now, now)
            for pk, entry in zip(pks, new, strict=True)
        ),
    )
    return pks


def stored(person: Person) -> tuple:
    """As the columns hold it."""
    return tuple(
        list(value) if isinstance(value, tuple) else "" if value == CLEAR else value
        for value in person
    )


def derived(person: Person) -> tuple[str, str]:
    """As Employee.derive()."""
    return natural_key(person[NAME]), person[PHONE][-4:]


def update(plan: Plan, policy: str, *, now: datetime) -> list[int]:
    """The pks. Only what WeCom is told of has to be brought there."""
    rows = []
    for change in plan.changes:
        person = change.under(policy)
        if person == change.before:
            continue
        texts = [array_text(each) if isinstance(each, tuple) else each for each in person]
        del texts[PHONE]
        pushes = any(
            told and was != now_is
            for told, was, now_is in zip(IS_PUSHED, change.before, person, strict=True)
        )
        rows.append((change.pk, *texts, natural_key(person[NAME]), pushes))
    if not rows:
        return []
    with connection.cursor() as cursor:
        cursor.execute(UPDATE, [now, *map(list, zip(*rows, strict=True))])
        return sorted(pk for (pk,) in cursor.fetchall())
