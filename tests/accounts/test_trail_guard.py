"""The trail only grows: by trigger for everybody, and by privilege for the application's role."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from haina.accounts.models import AuditEntry
from tests import make

CHANGES = {
    "update": "UPDATE accounts_auditentry SET actor = 'x'",
    "delete": "DELETE FROM accounts_auditentry",
    "truncate": "TRUNCATE accounts_auditentry",
    "truncate with what it belongs to": "TRUNCATE accounts_serviceaccount CASCADE",
}
each_change = pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)


def execute(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture
def guarded(db):
    make.account()
    execute("SET CONSTRAINTS ALL IMMEDIATE")  # TRUNCATE waits for none


@each_change
def test_it_only_grows(guarded, change):
    before = list(AuditEntry.objects.order_by("pk").values())

    with pytest.raises(DatabaseError, match="the trail only grows"), transaction.atomic():
        execute(change)

    assert before
    assert list(AuditEntry.objects.order_by("pk").values()) == before


@each_change
def test_no_variable_of_the_connection_opens_it(guarded, change):
    """django-pgtrigger's own triggers can be switched off by whoever may run a statement."""
    off = "SELECT set_config('pgtrigger.ignore', array_agg(tgname)::text, true) FROM pg_trigger"

    with pytest.raises(DatabaseError, match="the trail only grows"), transaction.atomic():
        execute(off, change)


@pytest.mark.parametrize(("days", "goes"), [(3 * 365 - 2, False), (3 * 366 + 1, True)])
def test_only_what_is_older_than_three_years_can_go(account, days, goes):
    entry = AuditEntry.objects.create(
        account=account, action="x.done", at=timezone.now() - timedelta(days=days)
    )

    if goes:
        entry.delete()
    else:
        with pytest.raises(DatabaseError, match="the trail only grows"), transaction.atomic():
            entry.delete()

    assert AuditEntry.objects.filter(action="x.done").exists() != goes
