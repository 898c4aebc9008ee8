"""What a form showed of a row when it was opened, so that a save writes only what was changed in
the form, and nobody overwrites unseen what somebody else has changed since."""

from collections.abc import Collection, Mapping

from django import forms
from django.db.models import Model
from django.utils.crypto import salted_hmac


class ChangedMeanwhile(Exception):
    """Somebody else has changed the same columns; `row` is the row as it is now."""

    def __init__(self, row: Model, columns: Collection[str]) -> None:
        super().__init__(", ".join(sorted(columns)))
        self.row, self.columns = row, columns


def mark(row: Model, column: str, value) -> str:
    """Stands for a value in the form. Nobody can work out the value, or use it for another row."""
    told = f"{row._meta.label_lower} {row.pk} {column} {getattr(value, 'pk', value)}"
    return salted_hmac("haina.lib.meanwhile", told).hexdigest()[:20]


def marks(row: Model, columns: Collection[str]) -> dict[str, str]:
    return {column: mark(row, column, getattr(row, column)) for column in columns}


def changes(
    row: Model, written: Mapping, seen: Mapping[str, str], *, pair: frozenset[str] = frozenset()
) -> dict:
    """The part of `written` that differs from what was seen; the columns of a pair go together.
    Raises ChangedMeanwhile where the row differs from that too, and from what is to be written."""
    new = {column: mark(row, column, value) for column, value in written.items()}
    changed = {column for column in written if new[column] != seen.get(column)}
    if changed & pair:
        changed |= pair & written.keys()
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


class SeenForm(forms.Form):
    """Knows what it showed when it was opened, and asks where somebody changed that meanwhile."""

    FIELD_OF: Mapping[str, str] = {}  # where a change of a column is told, if not at its own field

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    clashing = ""

    def show(self, row: Model, columns: Collection[str]) -> None:
        self.initial = {"seen": as_text(marks(row, columns))} | self.initial

    @property
    def seen_marks(self) -> dict[str, str]:
        return from_text(self.cleaned_data["seen"])

    @property
    def kept(self) -> set[str]:
        """What is left as somebody else has changed it."""
        return set(self.data.get("keep", "").split())

    def ask(self, clash: ChangedMeanwhile, told: Mapping[str, str]) -> None:
        """Say what it is now. Whoever then sends the form again has seen that."""
        self.data = self.data.copy()
        self.data["seen"] = as_text(self.seen_marks | marks(clash.row, clash.columns))
        self.clashing = " ".join(sorted(clash.columns))
        for column, sentence in told.items():
            self.add_error(self.FIELD_OF.get(column, column), sentence)
