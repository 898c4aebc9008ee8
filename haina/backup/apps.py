from django.apps import AppConfig


class BackupConfig(AppConfig):
    name = "haina.backup"
    label = "backup"
