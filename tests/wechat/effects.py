"""What a message leads to in tests: one entry in the trail. A worker of a test gets this by
`celery -A haina worker -I`; it is not idempotent on purpose."""

from django.utils import timezone

from haina.accounts import audit
from haina.accounts.audit import Actor
from haina.wechat import inbox
from haina.wechat.inbox import handles
from haina.wechat.models import Callback

EFFECT = "test.effect"
KINDS = [f"test_{number}" for number in range(38)]
UNKNOWN = ["test_unknown_1", "test_unknown_2"]


@handles(*KINDS)
def leave_an_effect(callback: Callback, message: dict) -> None:
    by = Actor.command(callback.connection.account)
    audit.record(EFFECT, [callback], by=by, at=timezone.now())


def work() -> None:
    """What a worker does of which only the messages matter."""
    inbox.work()
