"""批量导入."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from communities.models import Community
from haina.imports.models import Import as AnyImport


class Import(AnyImport):
    """A workbook of residents of one community. The same room and phone is the same resident."""

    TARGET, KIND = "community", "residents.import"

    community = models.ForeignKey(Community, models.CASCADE, related_name="imports")

    class Meta:
        verbose_name = verbose_name_plural = _("导入记录")
        indexes = [models.Index(fields=["community", "-id"], name="import_newest")]

    @property
    def account(self):
        return self.community.account

    @property
    def account_id(self) -> int:
        return self.community.account_id

    @property
    def place(self) -> str:
        return self.community.name
