from django.apps import AppConfig

from media.uses import Use, register


class PostsConfig(AppConfig):
    """Posts, comments, reactions, tags, places."""

    name = "posts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tells what of this app shows media."""
        register(Use("post", "posts.PostMedia", "media", "post"))
