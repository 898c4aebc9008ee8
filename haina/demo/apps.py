from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "haina.demo"
    label = "demo"
