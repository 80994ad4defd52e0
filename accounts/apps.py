from django.apps import AppConfig

from media.uses import Use, register


class AccountsConfig(AppConfig):
    """People, log-in, sessions."""

    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tells what of this app shows media."""
        register(Use("avatar", "accounts.User", "avatar"))
