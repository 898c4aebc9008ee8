"""Rows out of an uploaded workbook, read by a child process with limits.

The file is opened by the child only. It may take MEMORY bytes of address space and CPU time that
is earned by rows (see child.Allowance): a few seconds to open a file, more for each row delivered,
SECONDS at most. A hostile file that keeps the parser busy without giving rows so ends after 3 to 5
seconds, while 20 MB of honest rows are read to their end. SILENCE bounds the time on the clock
between two batches, for a child that is stuck without using CPU; time the caller spends on the rows
does not count.
"""

import json
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from haina.lib import faults
from haina.sheets.cells import Cell, CellError, from_wire
from haina.sheets.gate import MB
from haina.sheets.refusals import Refused

__all__ = ["Cell", "CellError", "Refused", "Row", "read"]

MEMORY = 320 * MB  # twice what 20 MB of either format were seen to take
SECONDS = 60
SILENCE = 30
PIECE = MB
LONGEST_LINE = 64 * MB

# -I shuts out the environment and the working directory. The package is found by its folder, and
# haina/__init__.py is not run: it belongs to Django's side.
START = """
import sys, types
package = sys.modules["haina"] = types.ModuleType("haina")
package.__path__ = [sys.argv[1]]
from haina.sheets.child import main
main(sys.argv[2:])
"""
PACKAGE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Row:
    sheet: str
    number: int  # as Excel shows it
    cells: tuple[Cell, ...]  # without the empty ones at the end; never none at all


def read(
    path: Path,
    *,
    width: int = 64,
    with_csv: bool = False,
    max_rows: int = 400_000,
    memory: int = MEMORY,
    seconds: int = SECONDS,
    silence: float = SILENCE,
) -> Iterator[Row]:
    """The filled rows of every visible worksheet, in the workbook's order, or Refused. With csv,
    also those of a text file, whose values all are text.

    Refused may come after some rows: the file is only good when the iteration ends by itself.
    Leaving early (close, break, an exception) ends the child. Text is delivered as it stands and
    may hold NUL or lone surrogates; cells beyond the width are not delivered.
    """
    limits = [str(limit) for limit in (width, int(with_csv), max_rows, memory, seconds)]
    child = start([str(Path(path).resolve(strict=True)), *limits])
    try:
        for message in messages(child, silence):
            if message[0] == "refused":
                raise Refused(*message[1:])
            _, sheet, rows = message
            faults.passing("sheet.reading")
            for number, cells in rows:
                yield Row(sheet, number, tuple(cells))
    finally:
        end(child)


def start(arguments: list[str]) -> subprocess.Popen:
    return subprocess.Popen(  # noqa: S603 - our own interpreter, no shell, a path and numbers
        [sys.executable, "-I", "-c", START, str(PACKAGE), *arguments],
        stdin=subprocess.PIPE,  # never written to: it closes when this process ends
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        cwd="/",
        env={"LC_ALL": "C.UTF-8"},
        start_new_session=True,
    )


def end(child: subprocess.Popen) -> None:
    child.kill()
    child.wait()
    child.stdin.close()
    child.stdout.close()


def messages(child: subprocess.Popen, silence: float) -> Iterator[list]:
    """What the child says, up to but without its last word."""
    for line in lines(child, silence):
        message = json.loads(line, object_hook=from_wire)
        if message == ["end"]:
            return
        yield message
    raise Refused(cause_of_death(child))


def lines(child: subprocess.Popen, silence: float) -> Iterator[bytes]:
    poll = select.poll()
    poll.register(child.stdout, select.POLLIN)
    begun = bytearray()
    while piece := next_piece(child, poll, silence):
        *whole, rest = piece.split(b"\n")
        for line in whole:
            yield bytes(begun) + line
            begun.clear()
        begun += rest
        if len(begun) > LONGEST_LINE:
            raise Refused("zip_bomb")
    if begun:
        raise Refused(cause_of_death(child))


def next_piece(child: subprocess.Popen, poll: select.poll, silence: float) -> bytes:
    if not poll.poll(silence * 1000):
        raise Refused("too_slow")
    return child.stdout.read(PIECE)


def cause_of_death(child: subprocess.Popen) -> str:
    """A child that ended without its last word was killed by a limit or crashed."""
    code = child.wait()
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return "too_slow"
    # The child answers every exception but one for which it had no memory left to answer.
    return "too_much_memory" if code == 1 else "damaged"
