import secrets
from datetime import datetime

from django.core.files.storage import default_storage
from django.db import models
from django.utils.translation import gettext_lazy as _

from haina.accounts.models import ServiceAccount
from haina.accounts.scope import OfAccountQuerySet


def random_name(instance, filename: str) -> str:
    """A name that cannot be guessed and tells nothing of the file that a user named."""
    return f"{instance.account_id}/{secrets.token_hex(20)}"


class StoredFileQuerySet(OfAccountQuerySet):
    def over(self, now: datetime):
        return self.filter(expires_at__lt=now)


class StoredFile(models.Model):
    """An upload, or the result of a job: outside the web root, bound to its account, and expiring.
    `name` is what people call it."""

    account = models.ForeignKey(ServiceAccount, models.CASCADE, related_name="+")
    name = models.CharField(_("文件名"), max_length=200)
    file = models.FileField(storage=default_storage, upload_to=random_name, max_length=100)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(db_index=True)

    objects = StoredFileQuerySet.as_manager()

    def __str__(self):
        return f"{_('文件')} #{self.pk}"
