from django.apps import AppConfig


class PortabilityConfig(AppConfig):
    """A person's data as a whole, across apps."""

    name = "portability"
    default_auto_field = "django.db.models.BigAutoField"
