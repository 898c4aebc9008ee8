"""Which faults of PostgreSQL are an outage. tests/faults has what is answered then."""

import pytest
from django.db import DatabaseError, connection, transaction

from haina.lib.outages import is_away, was_never_begun

RAISE = "DO $$ BEGIN RAISE EXCEPTION 'so' USING ERRCODE = '{}'; END $$"
AWAY = ["08006", "53100", "53200", "53300", "57P01", "57P02", "57P03", "58030"]
# A unique value, a deadlock, a lock that was not free, a statement that took too long, our mistake
NOT_AWAY = ["23505", "40001", "40P01", "55P03", "57014", "42P01", "XX000"]


def raised(state: str) -> Exception:
    with (
        pytest.raises(DatabaseError) as caught,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(RAISE.format(state))
    return caught.value


@pytest.mark.django_db
@pytest.mark.parametrize("state", AWAY)
def test_what_postgresql_cannot_help_is_an_outage(state):
    assert is_away(raised(state))


@pytest.mark.django_db
@pytest.mark.parametrize("state", NOT_AWAY)
def test_a_refusal_is_none(state):
    assert not is_away(raised(state))


@pytest.mark.django_db
def test_only_a_refusal_for_want_of_resources_says_that_nothing_was_written():
    assert was_never_begun(raised("53100"))
    assert not was_never_begun(raised("57P01"))
