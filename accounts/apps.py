from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, log-in, sessions."""

    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
