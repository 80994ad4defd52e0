from django.apps import AppConfig
from django.db.models.signals import post_migrate

from moderation.defaults import make_defaults


class ModerationConfig(AppConfig):
    """Reports, cases, decisions and appeals: what moderators work with, and what people are told of it."""

    name = "moderation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """After `migrate` and `flush` every database has the roles and the reasons."""
        post_migrate.connect(make_defaults, sender=self, dispatch_uid="moderation.defaults")
