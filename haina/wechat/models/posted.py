"""What Tencent posted, kept until it is done: the row is the queue."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import InterfaceError, OperationalError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from haina.accounts.scope import ScopedQuerySet
from haina.lib.encryption import EncryptedTextField

MOST_ATTEMPTS = 6
BACKOFF = [timedelta(seconds=seconds) for seconds in (10, 60, 300, 1800, 7200)]


class State(models.TextChoices):
    WAITING = "waiting", _("待处理")
    DONE = "done", _("已处理")
    UNKNOWN = "unknown", _("未识别")  # stored and answered; nobody wants it
    FAILED = "failed", _("处理失败")


class PostedQuerySet(ScopedQuerySet):
    community_path = None

    def due(self, now: datetime) -> Self:
        return self.filter(state=State.WAITING, due_at__lte=now)

    def claim(self, most: int, *, lease: timedelta, now: datetime) -> list:
        """The first of these rows, which are ours until the lease is over; a worker that dies has
        used up an attempt of each."""
        with transaction.atomic():
            free = self.filter(attempt__lt=MOST_ATTEMPTS)
            free = free.select_for_update(of=["self"], skip_locked=True)
            claimed = list(free.order_by("due_at", "pk")[:most])
            for row in claimed:
                row.attempt += 1
                row.due_at = now + lease
            self.model.objects.bulk_update(claimed, ["attempt", "due_at"])
        return claimed

    def give_up(self, now: datetime) -> None:
        """End those that killed a worker each time."""
        self.due(now).filter(attempt__gte=MOST_ATTEMPTS).update(state=State.FAILED)

    def forget(self, now: datetime) -> int:
        """Remove those that are older than CALLBACK_DAYS."""
        oldest = now - timedelta(days=settings.CALLBACK_DAYS)
        return self.filter(received_at__lt=oldest).delete()[0]


class Posted(models.Model):
    """`key`, which each kind of row has for itself, is what repetitions have in common."""

    State = State

    kind = models.CharField(_("类型"), max_length=60)
    sent_at = models.DateTimeField(_("发送时间"))
    content = EncryptedTextField()  # the whole message as JSON: people write anything in it
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.WAITING)
    attempt = models.PositiveSmallIntegerField(_("次数"), default=0)
    due_at = models.DateTimeField()
    received_at = models.DateTimeField(_("收到时间"), auto_now_add=True)

    class Meta:
        abstract = True

    def mine(self) -> models.QuerySet:
        """The row, as long as the claim is ours."""
        return type(self).objects.filter(pk=self.pk, attempt=self.attempt, state=State.WAITING)

    def postpone(self, error: Exception) -> None:
        """Try again later; nothing is written when the database is what broke: the lease ends."""
        if isinstance(error, OperationalError | InterfaceError):
            return
        if self.attempt >= MOST_ATTEMPTS:
            self.mine().update(state=State.FAILED)
        else:
            self.mine().update(due_at=timezone.now() + BACKOFF[self.attempt - 1])
