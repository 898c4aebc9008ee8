"""What is forgotten: codes that are over, and after a while which SMS were sent."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from haina.sms.models import Message, PhoneCode


@shared_task(name="haina.sms.tasks.forget", expires=3600)
def forget() -> None:
    now = timezone.now()
    PhoneCode.objects.filter(expires_at__lt=now).delete()
    Message.objects.filter(asked_at__lt=now - timedelta(days=settings.SMS_DAYS)).delete()
