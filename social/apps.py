from django.apps import AppConfig


class SocialConfig(AppConfig):
    """Follows, blocks, mutes; who may see whom."""

    name = "social"
    default_auto_field = "django.db.models.BigAutoField"
