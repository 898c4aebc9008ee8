from collections import Counter

from haina.lib.commands import AnsweringCommand, Refused
from haina.lib.rotation import BATCH, UNKNOWN, Column, encrypted_columns

MOST_TOLD = 100


class Command(AnsweringCommand):
    help = "Encrypt anew, with the newest key, what older keys of HAINA_ENCRYPTION_KEYS encrypted."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("--batch", type=int, default=BATCH, help="rows in one transaction")
        parser.add_argument("--check", action="store_true", help="only count")

    def answer(self, *, batch, check, **options):
        if batch < 1:
            raise Refused("--batch must be at least 1")
        columns = encrypted_columns()
        if not check:
            for column in columns:
                column.rotate(batch)
        answer = counted(columns)
        if answer["unreadable"]:
            number, first = answer["unreadable"], answer["first_unreadable"]
            named = ", ".join(f"{row['table']} {row['pk']}" for row in first)
            raise Refused(f"{number} values cannot be read with these keys: {named}", **answer)
        return answer

    def told(self, answer):
        lines = [
            f"{row['table']}.{row['column']}: {row['done']} done, {row['left']} left"
            for row in answer["columns"]
        ]
        keys = answer["keys"].items()
        lines += [f"key {key}: {number} values" for key, number in keys if key != UNKNOWN]
        if UNKNOWN in answer["keys"]:
            lines.append(f"under no key of the ring: {answer['keys'][UNKNOWN]} values")
        lines.append(f"{answer['done']} done, {answer['left']} left")
        return "\n".join(lines)


def counted(columns: list[Column]) -> dict:
    """What was done and what is left; the newest key is "1"."""
    keys, rows, unreadable = Counter(), [], []
    for column in columns:
        counts = column.counts()
        keys += counts
        left = counts.total() - counts["1"]
        row = {"table": column.table, "column": column.name}
        rows.append(row | {"done": column.done, "left": left})
        unreadable += [row | {"pk": pk} for pk in sorted(column.unreadable)]
    return {
        "done": sum(row["done"] for row in rows),
        "left": sum(row["left"] for row in rows),
        "keys": dict(sorted(keys.items())),
        "columns": rows,
        "unreadable": len(unreadable),
        "first_unreadable": unreadable[:MOST_TOLD],
    }
