from django.contrib.postgres.fields import ArrayField
from django.db import models


class RecentTries(models.Model):
    """When something was tried lately by one subject. Written by haina.lib.throttle only."""

    what = models.CharField(max_length=40)
    whose = models.BinaryField(max_length=32)  # a keyed hash: no name, phone or address is kept
    tries = ArrayField(models.DateTimeField())
    admitted = models.BooleanField()  # was the latest try within the limit?
    over_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["what", "whose"], name="tries_once_per_subject")
        ]

    def __str__(self):
        return f"{self.what} #{self.pk}"
