from django.apps import AppConfig


class FeedConfig(AppConfig):
    """The home feed, precomputed into Redis."""

    name = "feed"
    default_auto_field = "django.db.models.BigAutoField"
