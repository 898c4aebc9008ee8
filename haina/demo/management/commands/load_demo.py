from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from haina.accounts.models import ServiceAccount, User
from haina.demo import data


class Command(BaseCommand):
    help = "Open the demo account on an empty installation, and print how to sign in."

    def handle(self, *args, **options):
        if settings.HAINA_HTTPS:
            raise CommandError("the demo's passwords are public: not where HAINA_HTTPS is on")
        if not User.objects.exists():
            with transaction.atomic():
                data.load(now=timezone.now())
        if ServiceAccount.objects.filter(slug=data.SLUG).exists():
            self.stdout.write(f"sign in as {data.CREATOR} with the password {data.PASSWORD}")
            self.stdout.write(
                f"(also {data.OPERATOR}, an operator, and {data.OPS},"
                " who runs /ops/; same password)"
            )
