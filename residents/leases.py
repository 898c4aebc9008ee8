"""Which days a lease (限期租客) can end on: one rule for forms, imports and exports."""

import datetime

# Excel counts no days before the one, and people who type a year after the other mistyped it.
FIRST_DAY = datetime.date(1900, 1, 1)
LAST_DAY = datetime.date(2199, 12, 31)


def is_lease_end(day: datetime.date) -> bool:
    return FIRST_DAY <= day <= LAST_DAY
