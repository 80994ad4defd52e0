from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """Operation of a running pystagram: backups, restore, doctor, storage report."""

    name = "operations"
