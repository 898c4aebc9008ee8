from django.apps import AppConfig


class LibConfig(AppConfig):
    name = "haina.lib"
    label = "lib"

    def ready(self):
        from haina.lib import checks  # noqa: F401 - registers the system checks
