"""The first rows of a plan as people look at them, masked. Sealed in the Import row."""

import json
from collections.abc import Iterator
from heapq import nsmallest

from haina.imports.contract import Contract
from haina.imports.entries import Entry
from haina.imports.plan import Change, Plan

MOST = 50  # of each kind


def preview_of(plan: Plan) -> str:
    """JSON: {"new": [...], "changed": [...], "unchanged": [...]}, each in the order of rows."""
    contract = plan.sheet.contract
    order = {sheet: place for place, sheet in enumerate(plan.sheet.beside)}

    def place(entry: Entry):
        return order[entry.sheet], entry.row

    changed = nsmallest(MOST, plan.changes, key=lambda change: place(change.entry))
    unchanged = nsmallest(MOST, plan.unchanged, key=place)
    shown = {
        "new": [row_of(entry, contract) for entry in plan.new[:MOST]],
        "changed": [
            row_of(change.entry, contract) | {"changes": list(changes_of(change, contract))}
            for change in changed
        ],
        "unchanged": [row_of(entry, contract) for entry in unchanged],
    }
    return json.dumps(shown, ensure_ascii=False)


def row_of(entry: Entry, contract: Contract) -> dict:
    return {"sheet": entry.sheet, "row": entry.row} | contract.row_of(entry.key, entry.person)


def changes_of(change: Change, contract: Contract) -> Iterator[dict]:
    for index, label in contract.labels.items():
        before, after, filled = change.before[index], change.after[index], change.filled[index]
        if before != after:
            kind = "fill" if filled == after else "overwrite" if after else "clear"
            yield {
                "field": label,
                "before": contract.shown(index, before),
                "after": contract.shown(index, after),
                "kind": kind,
            }
