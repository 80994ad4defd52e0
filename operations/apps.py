from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """What looks after a running pystagram: backups, restore, doctor, storage report."""

    name = "operations"
