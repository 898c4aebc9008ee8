from django.apps import AppConfig


class LibConfig(AppConfig):
    name = "haina.lib"
    label = "lib"
