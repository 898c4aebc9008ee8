"""What a lease (限期租客) can be, and what follows from its end: one rule for forms, imports and
exports."""

import datetime

from residents.models import Binding, Resident

# Excel counts no days before the one, and people who type a year after the other mistyped it.
FIRST_DAY = datetime.date(1900, 1, 1)
LAST_DAY = datetime.date(2199, 12, 31)
Verification = Resident.Verification
# A constraint holds them together, so they are changed together.
PAIR = frozenset({"identity", "lease_ends_on"})

# state_after() of rows that a statement writes: what the column becomes where the lease ends on
# {ends_on}. Needs the day as %(today)s.
STATE_AFTER = f"""
    CASE WHEN {{table}}.verification <> '{Verification.EXPIRED}' OR {{ends_on}} < %(today)s
    THEN {{table}}.verification
    WHEN EXISTS (SELECT FROM {Binding._meta.db_table} b WHERE b.resident_id = {{table}}.id)
    THEN '{Verification.VERIFIED}' ELSE '{Verification.UNVERIFIED}' END
"""


def is_lease_end(day: datetime.date) -> bool:
    return FIRST_DAY <= day <= LAST_DAY


def state_after(resident: Resident, today: datetime.date) -> str:
    """The state of a resident that is about to be written: whose lease was prolonged, or who is no
    term tenant any more, is at once what they were before it ended."""
    is_over = resident.lease_ends_on is not None and resident.lease_ends_on < today
    if resident.verification != Verification.EXPIRED or is_over:
        return resident.verification
    is_bound = Binding.objects.filter(resident=resident).exists()
    return Verification.VERIFIED if is_bound else Verification.UNVERIFIED
