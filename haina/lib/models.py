from django.db import models


class ThrottleCount(models.Model):
    """How often something was tried in one window of time. Written by haina.lib.throttle only."""

    what = models.CharField(max_length=40)
    whose = models.BinaryField(max_length=32)  # a keyed hash: no name, phone or address is kept
    window_starts_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["what", "whose", "window_starts_at"], name="throttle_count_once_per_window"
            )
        ]

    def __str__(self):
        return f"{self.what} #{self.pk}"
