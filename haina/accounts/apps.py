from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "haina.accounts"
    verbose_name = _("账号与权限")

    def ready(self):
        from haina.accounts import sessions  # noqa: F401 - notes when a session began
