from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The frame every endpoint stands in: problems, ids, cursors, idempotency, renderers."""

    name = "api"
    default_auto_field = "django.db.models.BigAutoField"
