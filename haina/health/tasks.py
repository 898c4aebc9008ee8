"""The sign of life of the workers: beat sends it through each queue, and whoever takes it there
writes it down."""

from celery import shared_task
from django.utils import timezone

from haina.health.models import Pulse


@shared_task(name="haina.health.tasks.feel_pulse", expires=Pulse.EVERY_SECONDS)
def feel_pulse(queue: str) -> None:
    Pulse.objects.update_or_create(queue=queue, defaults={"at": timezone.now()})
