"""However many rows, an import asks the database as often."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.residents.imports.workbooks import book, decide, row, undo, upload


def rows(number: int, name: str) -> list:
    return [row(A=name, E=f"1380000{each:04d}", J=f"{each}01") for each in range(1, number + 1)]


def queries_of(act, *arguments) -> tuple:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        told = act(*arguments)
    return told, len(captured)


def asked(community, folder, number: int) -> list[int]:
    """The queries of an import, of the plan of another, of its decision and of its undoing."""
    new, first = queries_of(upload, book(folder / "1.xlsx", rows(number, "张三")), community)
    other = book(folder / "2.xlsx", rows(number, "李四"))
    planned, second = queries_of(upload, other, community)
    applied, third = queries_of(decide, planned)
    undone, fourth = queries_of(undo, applied)
    assert (new.state, planned.state, undone.state) == ("applied", "planned", "undone")
    assert undone.not_undone == []
    assert undo(new).not_undone == []
    return [first, second, third, fourth]


def test_more_rows_are_no_more_queries(community, tmp_path):
    assert asked(community, tmp_path, 2) == asked(community, tmp_path, 20)
