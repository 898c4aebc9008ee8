"""Two passes over all followers of an account, as a worker does them."""

import sys
import tempfile
import time
from pathlib import Path

import django
from django.utils import timezone

from tests.bench.measure import peak_of, tell


def main(followers: str) -> None:
    from tests.sandbox.process import running

    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "log") as sandbox:
        sandbox.reset(empty=True)
        sandbox.do("seed", followers=int(followers))
        account = connected(sandbox)
        before = peak_of("self")
        first = one_pass(account, sandbox)
        first["added MB"] = peak_of("self") - before
        again = one_pass(account, sandbox)
        tell(first | {"written again": again["written"], "own seconds again": again["own seconds"]})


def connected(sandbox) -> int:
    """An account of its own, emptied of whom an earlier round has brought."""
    from django.conf import settings

    from followers.models import Follower, Sync
    from haina.wechat.models import Connection
    from tests import make
    from tests.bench import cast

    settings.WECHAT_API_BASE = sandbox.url
    account = cast.community().account
    for model in (Connection, Follower, Sync):
        model.objects.filter(account=account).delete()
    own = {"app_id": sandbox.appid, "secret": sandbox.secret}
    make.wechat(account, **own, connected_at=timezone.now())
    return account.pk


def one_pass(account: int, sandbox) -> dict[str, float]:
    from followers import sync
    from followers.models import Sync

    spent = wechats_seconds(sandbox)
    began = time.perf_counter()
    sync.ask(account, now=timezone.now())
    sync.work(account)
    seconds = time.perf_counter() - began
    done = Sync.objects.get(account=account)
    assert not done.is_running, done.fault
    own = seconds - (wechats_seconds(sandbox) - spent)
    written = done.arrived + done.left + done.changed
    return {"seconds": seconds, "own seconds": own, "written": written}


def wechats_seconds(sandbox) -> float:
    return sum(sandbox.see("calls", endpoint="none")["seconds"].values())


if __name__ == "__main__":
    django.setup()
    main(*sys.argv[1:])
