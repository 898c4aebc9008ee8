from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class PulseQuerySet(models.QuerySet):
    def fresh(self, now: datetime) -> Self:
        return self.filter(at__gt=now - Pulse.FRESH)


class Pulse(models.Model):
    """When a worker last took a task from a queue: one row for each queue."""

    class Queue(models.TextChoices):
        LIGHT = "celery", _("轻任务")
        HEAVY = "heavy", _("重任务")

    EVERY_SECONDS = 15
    FRESH = timedelta(seconds=4 * EVERY_SECONDS)

    queue = models.CharField(max_length=10, choices=Queue, unique=True)
    at = models.DateTimeField()

    objects = PulseQuerySet.as_manager()

    def __str__(self):
        return f"{self.queue} #{self.pk}"
