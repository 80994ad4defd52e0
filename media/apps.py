from importlib import import_module

from django.apps import AppConfig


class MediaConfig(AppConfig):
    """Bytes: originals, renditions, tokens. Knows no feature."""

    name = "media"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the system checks; models are not there before this."""
        import_module("media.checks")
