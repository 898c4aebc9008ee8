from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from haina.env import refuse


class HealthConfig(AppConfig):
    name = "haina.health"
    label = "health"
    verbose_name = _("运行状况")

    def ready(self):
        if settings.SENTRY_DSN:
            begin_reports(settings.SENTRY_DSN)


def begin_reports(dsn: str) -> None:
    """The package is there only where somebody wants reports."""
    try:
        from haina.health import sentry
    except ModuleNotFoundError:
        refuse("SENTRY_DSN", "needs the packages of requirements/sentry.txt")
    sentry.begin(dsn)
