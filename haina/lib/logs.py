"""What may stand in the log, as lines or as JSON, with the id of the request that it is about; and
the files of HAINA_LOG_DIR."""

import json
import logging
import os
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

NO_REQUEST = "-"
_request_id: ContextVar[str] = ContextVar("request_id", default=NO_REQUEST)


@contextmanager
def about_request(id_: str) -> Iterator[None]:
    """What this thread logs within is about the request of this id; of none if it is empty."""
    before = _request_id.set(id_ or NO_REQUEST)
    try:
        yield
    finally:
        _request_id.reset(before)


def current_request_id() -> str:
    return _request_id.get()


class WithoutValues(logging.Formatter):
    """Of an exception the log gets types, places and the constraint that was hit, not its message:
    PostgreSQL quotes the row that it refuses, with the name and the phone in it."""

    default_time_format = "%Y-%m-%d %H:%M:%S%z"
    default_msec_format = None

    def format(self, record: logging.LogRecord) -> str:
        record.request_id = current_request_id()
        return super().format(record)

    def formatException(self, ei) -> str:  # noqa: N802 - the name is logging's
        parts = []
        for error in causes(ei[1]):
            constraint = constraint_of(error)
            told = [type(error).__name__, *([constraint] if constraint else [])]
            parts.append("".join(traceback.format_tb(error.__traceback__)) + " ".join(told))
        return "\n".join(reversed(parts))


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """An exception and what it came of, the latest first."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def constraint_of(error: BaseException) -> str:
    """The name of the constraint that PostgreSQL says was hit, or ""."""
    return getattr(getattr(error, "diag", None), "constraint_name", None) or ""


class JsonLines(WithoutValues):
    """One object a line. `facts` of a record, given as `extra`, are keys of their own."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": current_request_id(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False)


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


def logging_of(*, folder: str, days: int, form: str, level: str) -> dict:
    """Django's LOGGING: to files of this folder, kept so many days, or to standard error without
    one; `form` is line or json.

    Django's own django.request handler writes URLs with nothing but the path; mail is not used.
    urllib3 writes whole addresses when it debugs, and those of WeChat hold a token; Tencent's SDK
    whole requests.
    """
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": WithoutValues,
                "format": "{asctime} {levelname} {name} {request_id} {message}",
                "style": "{",
            },
            "json": {"()": JsonLines},
        },
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": form},
            "files": {"()": DailyFiles, "folder": folder, "days": days, "formatter": form},
        },
        "root": {"handlers": ["files" if folder else "stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "propagate": True},
            "urllib3": {"level": "INFO"},
            "tencentcloud_sdk_common": {"level": "INFO"},
        },
    }
