"""The first rows of a plan as people look at them, masked. Sealed in the Import row."""

import json
from heapq import nsmallest

from haina.lib.masking import mask_id_number, mask_phone
from residents.imports import columns
from residents.imports.plan import Change, Plan
from residents.imports.rows import GENDER, ID_NUMBER, IDENTITY, LEASE_END, NAME
from residents.imports.sheet import Entry

MOST = 50  # of each kind

LABELS = {
    NAME: columns.NAME,
    GENDER: columns.GENDER,
    IDENTITY: columns.IDENTITY,
    LEASE_END: columns.LEASE_END,
    ID_NUMBER: "证件号",
}


def preview_of(plan: Plan) -> str:
    """JSON: {"new": [...], "changed": [...], "unchanged": [...]}, each in the order of rows."""
    order = {sheet: place for place, sheet in enumerate(plan.sheet.beside)}

    def place(entry: Entry):
        return order[entry.sheet], entry.row

    changed = nsmallest(MOST, plan.changes, key=lambda change: place(change.entry))
    shown = {
        "new": [row_of(entry) for entry in plan.new[:MOST]],
        "changed": [row_of(c.entry) | {"changes": list(changes_of(c))} for c in changed],
        "unchanged": [row_of(entry) for entry in nsmallest(MOST, plan.unchanged, key=place)],
    }
    return json.dumps(shown, ensure_ascii=False)


def row_of(entry: Entry) -> dict:
    name, _gender, identity, _lease_ends_on, phone, _id_number = entry.person
    return {
        "sheet": entry.sheet,
        "row": entry.row,
        "name": name,
        "identity": columns.IDENTITY_NAMES[identity],
        "phone": mask_phone(phone),
        "address": " ".join(entry.path),
    }


def changes_of(change: Change):
    for index, label in LABELS.items():
        before, after, filled = change.before[index], change.after[index], change.filled[index]
        if before != after:
            kind = "fill" if filled == after else "overwrite" if after else "clear"
            yield {
                "field": label,
                "before": shown(index, before),
                "after": shown(index, after),
                "kind": kind,
            }


def shown(index: int, value) -> str:
    if not value:
        return ""
    if index == ID_NUMBER:
        return mask_id_number(value)
    names = {GENDER: columns.GENDER_NAMES, IDENTITY: columns.IDENTITY_NAMES}.get(index, {})
    return names.get(value, str(value))
