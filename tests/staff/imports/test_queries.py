"""However many rows, an import asks the database as often."""

from tests.residents.imports.test_queries import queries_of
from tests.staff.imports.workbooks import book, decide, many, undo, upload


def asked(account, folder, number: int) -> list[int]:
    """The queries of an import, of the plan of another, of its decision and of its undoing."""
    people = many(number)
    _new, first = queries_of(upload, book(folder / "1.xlsx", people), account)
    others = [[*each[:4], "班长", *each[5:]] for each in people]
    planned, second = queries_of(upload, book(folder / "2.xlsx", others), account)
    applied, third = queries_of(decide, planned)
    undone, fourth = queries_of(undo, applied)
    assert (planned.state, undone.state, undone.not_undone) == ("planned", "undone", [])
    return [first, second, third, fourth]


def test_more_rows_are_no_more_queries(account, community, engineering, tmp_path):
    few = asked(account, tmp_path, 2)

    assert asked(account, tmp_path, 30) == few
