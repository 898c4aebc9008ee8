"""A row that says how far some work is, and whose lease one worker at a time holds."""

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.utils import timezone


class LeaseLost(Exception):
    """Another worker has taken the work over, or the row is gone; the transaction rolls back."""


class Leased(models.Model):
    """When the worker dies that holds the lease, the next one goes on from there."""

    LEASE: ClassVar[timedelta]  # longer than a step can take

    leased_until = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def mine(self) -> models.QuerySet:
        """The row, as long as the lease is ours."""
        return type(self).objects.filter(pk=self.pk, leased_until=self.leased_until)

    def note(self, **values) -> None:
        """Write down how far the work is, together with what was done, and keep the lease. Raises
        LeaseLost."""
        values["leased_until"] = timezone.now() + self.LEASE
        if not self.mine().update(**values):
            raise LeaseLost
        self.refresh_from_db(fields=values)
