"""What a form showed of a resident when it was opened, so that a save writes only what was changed
in the form, and nobody overwrites unseen what somebody else has changed since."""

from collections.abc import Collection, Mapping

from django.utils.crypto import salted_hmac

from residents.models import Resident

# The end of a lease belongs to the identity: a constraint holds them together.
PAIR = frozenset({"identity", "lease_ends_on"})


class ChangedMeanwhile(Exception):
    """Somebody else has changed the same columns; `row` is the resident as it is now."""

    def __init__(self, row: Resident, columns: Collection[str]) -> None:
        super().__init__(", ".join(sorted(columns)))
        self.row, self.columns = row, columns


def mark(resident: Resident, column: str, value) -> str:
    """Stands for a value in the form. Nobody can work out the value, or use it for another row."""
    told = f"{resident.pk} {column} {getattr(value, 'pk', value)}"
    return salted_hmac("residents.meanwhile", told).hexdigest()[:20]


def marks(resident: Resident, columns: Collection[str]) -> dict[str, str]:
    return {column: mark(resident, column, getattr(resident, column)) for column in columns}


def changes(row: Resident, written: Mapping, seen: Mapping[str, str]) -> dict:
    """The part of `written` that differs from what was seen. Raises ChangedMeanwhile where the row
    differs from that too, and from what is to be written."""
    new = {column: mark(row, column, value) for column, value in written.items()}
    changed = {column for column in written if new[column] != seen.get(column)}
    if changed & PAIR:
        changed |= PAIR & written.keys()
    now = marks(row, changed)
    clashing = {c for c in changed if now[c] not in (seen.get(c), new[c])}
    if clashing:
        raise ChangedMeanwhile(row, clashing)
    return {column: written[column] for column in changed}


def as_text(seen: Mapping[str, str]) -> str:
    return " ".join(f"{column}:{told}" for column, told in sorted(seen.items()))


def from_text(text: str) -> dict[str, str]:
    """As as_text() made it. What is missing or was tampered with counts as changed meanwhile."""
    return dict(part.split(":", 1) for part in text.split() if ":" in part)
