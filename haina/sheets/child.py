"""The process that opens an uploaded file: the only one, without Django, and not to be trusted.

It is started by reader with a path and limits, writes JSON lines to its output and ends. A line is
["rows", sheet, [[number, cells], ...]], ["refused", code, row] or ["end"]; whoever sees no "end"
has not seen all rows. Every exception of a parser becomes the code "damaged".
"""

import errno
import json
import os
import resource
import sys
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path
from xml.parsers import expat

from haina.sheets import csv, gate, xls, xlsx
from haina.sheets.cells import to_wire
from haina.sheets.gate import MB, Stop

PARSERS = {"csv": csv, "xls": xls, "xlsx": xlsx}
BATCH = 200
BATCH_TEXT = 256 * 1024
EXPAT_OUT_OF_MEMORY = expat.errors.codes[expat.errors.XML_ERROR_NO_MEMORY]
ZLIB_OUT_OF_MEMORY = "Error -4 "
MAX_OUTPUT = 512 * MB  # shared strings let a small file say a large text many times
RESERVE = 32 * MB  # to say so when memory has run out
FIRST_SECONDS = 2.5  # of CPU, for opening a small file; an ordinary one takes 0.1
SECONDS_PER_MB = 0.2  # more for opening a large one: four times what 20 MB were seen to take
SECONDS_PER_ROW = 0.001  # and for each row delivered: thirty times what a row was seen to take
FORBIDDEN = ("socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "pty.")


def main(arguments: list[str]) -> None:
    path, width, with_csv, max_rows, memory, seconds = Path(arguments[0]), *map(int, arguments[1:])
    end_with_the_parent()
    take_limits(memory, seconds)
    out = Output(max_rows, Allowance(path.stat().st_size, seconds))
    try:
        read(path, width, out, with_csv=bool(with_csv))
        out.say(["end"])
    except BrokenPipeError:
        os._exit(1)
    except Exception as error:  # noqa: BLE001 - whatever a parser raises; its text is not passed on
        resource.setrlimit(resource.RLIMIT_AS, (memory + RESERVE, memory + RESERVE))
        out.say(["refused", code_of(error), row_of(error)])


def code_of(error: Exception) -> str:
    """Memory that ran out may be hidden behind what the gate or a parser made of it."""
    cause: BaseException | None = error
    while cause:
        if is_lack_of_memory(cause):
            return "too_much_memory"
        cause = cause.__context__
    return error.code if isinstance(error, Stop) else "damaged"


def row_of(error: Exception) -> int:
    return error.row if isinstance(error, Stop) else 0


def is_lack_of_memory(error: BaseException) -> bool:
    """It is found by Python, by expat, by zlib or by a system call such as mmap."""
    if isinstance(error, expat.ExpatError):
        return error.code == EXPAT_OUT_OF_MEMORY
    if isinstance(error, zlib.error):
        return str(error).startswith(ZLIB_OUT_OF_MEMORY)
    return isinstance(error, MemoryError) or getattr(error, "errno", 0) == errno.ENOMEM


def end_with_the_parent() -> None:
    """The parent holds the other end of stdin, so this one ends when it does, killed or not."""

    def wait():
        os.read(0, 1)
        os._exit(1)

    threading.stack_size(256 * 1024)
    threading.Thread(target=wait, daemon=True).start()


def take_limits(memory: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory + RESERVE))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    sys.dont_write_bytecode = True
    sys.addaudithook(stay_inside)


def stay_inside(event: str, arguments: tuple) -> None:
    """Nothing in a workbook can make this process call anybody, start a program or write a file."""
    writes = event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    if writes or event.startswith(FORBIDDEN):
        raise Stop("damaged")


class Allowance:
    """CPU time, earned by rows: a file that gives none is stopped early, a long one is not."""

    def __init__(self, size: int, most: int):
        self.first = FIRST_SECONDS + SECONDS_PER_MB * size / MB
        self.most = most
        self.grow(0)

    def grow(self, rows: int) -> None:
        seconds = min(self.most, int(self.first + SECONDS_PER_ROW * rows) + 1)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, self.most))


class Output:
    def __init__(self, max_rows: int, allowance: Allowance):
        self.max_rows = max_rows
        self.allowance = allowance
        self.rows = 0
        self.said = 0

    def say(self, message: list) -> None:
        line = json.dumps(message, default=to_wire, separators=(",", ":")) + "\n"
        sys.stdout.buffer.write(line.encode())
        sys.stdout.buffer.flush()
        self.said += len(line)
        if self.said > MAX_OUTPUT:
            raise Stop("zip_bomb")

    def rows_of(self, sheet: str, rows: list) -> None:
        self.rows += len(rows)
        if self.rows > self.max_rows:
            raise Stop("too_many_rows")
        self.say(["rows", sheet, rows])
        self.allowance.grow(self.rows)


def read(path: Path, width: int, out: Output, *, with_csv: bool) -> None:
    parser = PARSERS[gate.kind_of(path, with_csv=with_csv)]
    for sheet, rows in parser.batches(path, width):
        for batch in portions(rows):
            out.rows_of(sheet, batch)


def portions(rows: list) -> Iterator[list]:
    """As many rows as fit into one line: cells may share one long text, lines may not."""
    portion, length = [], 0
    for row in rows:
        portion.append(row)
        length += sum(len(cell) for cell in row[1] if type(cell) is str)
        if len(portion) == BATCH or length > BATCH_TEXT:
            yield portion
            portion, length = [], 0
    if portion:
        yield portion
