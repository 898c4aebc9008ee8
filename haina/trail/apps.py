from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrailConfig(AppConfig):
    name = "haina.trail"
    label = "trail"
    verbose_name = _("操作记录")
