from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """What others did that concerns a person: noted after events, listed, counted, mailed as a digest."""

    name = "notifications"
    default_auto_field = "django.db.models.BigAutoField"
