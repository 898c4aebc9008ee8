"""The trail as a workbook. The headings are a file format, so they are not translated."""

from collections.abc import Callable, Iterator
from pathlib import Path

from django.utils import timezone

from haina.accounts.permissions import Rights
from haina.sheets.writer import Column, write_workbook
from haina.trail.entries import Line

COLUMNS = (
    Column("时间", width=20),
    Column("操作人"),
    Column("操作", width=20),
    Column("对象"),
    Column("编号", width=28),
    Column("数量", width=8, text=False),
    Column("字段", width=24),
    Column("原因", width=32),
    Column("来源", width=18),
)
TOLD_EVERY = 1000
MOST_ROWS = 1_000_000  # what a sheet holds


def write_trail(path: Path, entries, *, rights: Rights, tick: Callable[[int], None]) -> int:
    """Write the entries, newest first, as somebody with these rights may read them; how many."""
    rows = lines(entries.newest_first(), rights, tick)
    return write_workbook(path, title="操作记录", columns=COLUMNS, rows=rows)


def lines(entries, rights: Rights, tick: Callable[[int], None]) -> Iterator[list]:
    for number, entry in enumerate(entries.iterator(chunk_size=2000)):
        if number % TOLD_EVERY == 0:
            tick(number)
        line = Line(entry, rights)
        yield [
            timezone.localtime(entry.at).strftime("%Y-%m-%d %H:%M:%S"),
            line.actor,
            line.action,
            line.kind,
            " ".join(map(str, entry.ids)),
            entry.count,
            line.fields,
            line.reason,
            entry.address or "",
        ]
