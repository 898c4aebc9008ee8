from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "haina.jobs"
    verbose_name = _("任务")

    def ready(self):
        """Every process knows the doorbell and all kinds of jobs, the web processes too."""
        from haina.accounts import navigation
        from haina.jobs.own import notices

        autodiscover_modules("tasks")
        navigation.notices.append(notices)
