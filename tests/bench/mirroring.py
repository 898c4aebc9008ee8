"""Two passes over all of a corp, as a worker does them: members and departments are given."""

import sys
import tempfile
import time
from pathlib import Path

import django
import requests
from django.utils import timezone

from tests.bench.measure import peak_of, tell

TABLES = ("staff_employee", "staff_employeeevent", "staff_department", "accounts_auditentry")
WRITTEN = """
SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables WHERE relname = ANY(%s)
"""


def main(members: str, departments: str) -> None:
    from tests.sandbox.process import running

    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "log") as sandbox:
        sandbox.reset()
        new = {"members": int(members) - 12, "departments": int(departments) - 9}
        sandbox.do("wecom/seed", **new)
        account = connected(sandbox)
        before = peak_of("self")
        first = one_pass(account)
        first["added MB"] = peak_of("self") - before
        again = one_pass(account)
        assert_same(account, int(members), int(departments))
        tell(first | {"written again": again["written"], "own seconds again": again["own seconds"]})


def connected(sandbox) -> int:
    """An account of its own, emptied of whom an earlier round has brought."""
    from django.conf import settings
    from django.db import connection

    from haina.wechat.models import Corp
    from staff.models import Employee, Sync
    from tests import make
    from tests.bench import cast

    settings.WECOM_API_BASE = f"{sandbox.url}/wecom"
    account = cast.community().account
    for model in (Corp, Employee, Sync):
        model.objects.filter(account=account).delete()
    with connection.cursor() as cursor:  # all at once: a parent may not go before its children
        cursor.execute("DELETE FROM staff_department WHERE account_id = %s", [account.pk])
    make.corp(account)
    return account.pk


def one_pass(account: int) -> dict[str, float]:
    from staff.mirror import asking, passes
    from staff.models import Sync

    rows, waited = written(), Waiting()
    began, worked = time.perf_counter(), time.process_time()
    with waited:
        asking.ask(account, now=timezone.now())
        passes.work(account)
    seconds, cpu = time.perf_counter() - began, time.process_time() - worked
    done = Sync.objects.get(account=account)
    assert done.phase == Sync.Phase.OVER, (done.phase, done.fault)
    own = seconds - waited.seconds
    found = {"seconds": seconds, "own seconds": own, "CPU seconds": cpu}
    return found | {"written": written() - rows}


class Waiting:
    """The seconds that HTTP takes, from asking to the last byte of the answer."""

    def __init__(self) -> None:
        self.seconds, self.send = 0.0, requests.Session.send

    def __enter__(self) -> None:
        requests.Session.send = lambda *args, **kwargs: self.timed(*args, **kwargs)

    def __exit__(self, *_fault) -> None:
        requests.Session.send = self.send

    def timed(self, *args, **kwargs):
        began = time.perf_counter()
        try:
            return self.send(*args, **kwargs)
        finally:
            self.seconds += time.perf_counter() - began


def written() -> int:
    """Rows of staff, history and trail, inserted, changed or deleted, as PostgreSQL counts them."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN, [list(TABLES)])
        return int(cursor.fetchone()[0])


def assert_same(account: int, members: int, departments: int) -> None:
    from staff.models import Department, Employee

    assert Employee.objects.filter(account=account, to_push=False).count() == members
    assert Department.objects.filter(account=account, to_push=False).count() == departments


if __name__ == "__main__":
    django.setup()
    main(*sys.argv[1:])
