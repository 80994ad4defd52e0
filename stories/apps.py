from django.apps import AppConfig


class StoriesConfig(AppConfig):
    """Stories of 24 hours and the highlights made of them."""

    name = "stories"
    default_auto_field = "django.db.models.BigAutoField"
