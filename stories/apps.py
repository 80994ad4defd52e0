from django.apps import AppConfig

from media.uses import Use, register


class StoriesConfig(AppConfig):
    """Stories of 24 hours and the highlights made of them."""

    name = "stories"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tells what of this app shows media."""
        register(Use("story", "stories.Story", "media", only={"deleted_at": None}))
        register(Use("highlight", "stories.Highlight", "cover_media"))
