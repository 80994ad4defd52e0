from django.apps import AppConfig


class MediaConfig(AppConfig):
    """Bytes: originals, renditions, tokens. Knows no feature."""

    name = "media"
    default_auto_field = "django.db.models.BigAutoField"
