"""What of an exception may stand in the log, and the files of HAINA_LOG_DIR."""

import logging
import os
import time
import traceback
from datetime import date, timedelta
from pathlib import Path


class WithoutValues(logging.Formatter):
    """Of an exception the log gets types, places and the constraint that was hit, not its message:
    PostgreSQL quotes the row that it refuses, with the name and the phone in it."""

    def formatException(self, ei) -> str:  # noqa: N802 - the name is logging's
        parts, error = [], ei[1]
        while error is not None:
            constraint = getattr(getattr(error, "diag", None), "constraint_name", None)
            told = [type(error).__name__, *([constraint] if constraint else [])]
            parts.append("".join(traceback.format_tb(error.__traceback__)) + " ".join(told))
            error = error.__cause__ or error.__context__
        return "\n".join(reversed(parts))


class DailyFiles(logging.Handler):
    """One file a day for all processes of a host. A line is one write, which the system appends
    whole, and no file is renamed while others write to it. The first line of a day removes the
    files that are older than `days`."""

    def __init__(self, folder: str, days: int) -> None:
        super().__init__()
        self.folder, self.days = Path(folder), days
        self.day: date | None = None

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = f"{self.format(record)}\n".encode(errors="backslashreplace")
            self.append(date(*time.localtime(record.created)[:3]), line)
        except Exception:  # noqa: BLE001 - as in every handler: a log breaks nothing
            self.handleError(record)

    def append(self, day: date, line: bytes) -> None:
        if day != self.day:
            self.begin(day)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        file = os.open(self.folder / f"haina-{day}.log", flags, mode=0o600)
        try:
            os.write(file, line)
        finally:
            os.close(file)

    def begin(self, day: date) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        oldest = f"haina-{day - timedelta(days=self.days)}.log"
        for file in self.folder.glob("haina-????-??-??.log"):
            if file.name < oldest:
                file.unlink(missing_ok=True)
        self.day = day
