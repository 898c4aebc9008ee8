"""The record of what WeChat and WeCom were asked: endpoint, errcode, rid, duration. No token and
no body."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Thread

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from haina.wechat.errors import UNREACHABLE, WeChatRefused
from haina.wechat.models import Call, Connection, Corp

logger = logging.getLogger(__name__)


@contextmanager
def recorded(of: Connection | Corp | None, endpoint: str) -> Iterator[None]:
    """Keep a row of the call within, whatever comes of it. Of None: a call of the suite's own."""
    row = {**row_of(of), "endpoint": endpoint[:80], "errcode": 0}
    row["at"], began = timezone.now(), time.perf_counter()
    try:
        yield
    except WeChatRefused as error:
        answered = error.code != UNREACHABLE
        row["errcode"], row["rid"] = error.code if answered else None, error.rid
        row["fault"] = "" if answered else error.detail[:80]
        raise
    finally:
        row["milliseconds"] = round(1000 * (time.perf_counter() - began))
        keep(row)


def row_of(of: Connection | Corp | None) -> dict:
    if of is None:
        return {}
    return {"corp_id": of.pk} if isinstance(of, Corp) else {"connection_id": of.pk}


def keep(row: dict) -> None:
    """Write the row so that it outlives a transaction of the caller's, where that is possible. A
    row that cannot be written fails nothing."""
    of_somebody = row.keys() & {"connection_id", "corp_id"}
    try:
        if not (connection.in_atomic_block and of_somebody and kept_apart(row)):
            with transaction.atomic():
                Call.objects.create(**row)
    except DatabaseError as error:
        logger.warning("a call to WeChat is not recorded: %s", type(error).__name__)


def kept_apart(row: dict) -> bool:
    """Commit the row on a connection of its own. False if the caller's transaction made or locked
    the row that it belongs to: then it shares that transaction's end."""
    kept: list[bool] = []

    def write() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '500ms'")
                Call.objects.create(**row)
            kept.append(True)
        except DatabaseError:
            pass
        finally:
            connection.close()

    thread = Thread(target=write)
    thread.start()
    thread.join()
    return bool(kept)


def forget(*, now: datetime) -> int:
    """Remove calls that are older than CALL_DAYS."""
    return Call.objects.filter(at__lt=now - timedelta(days=settings.CALL_DAYS)).delete()[0]
