from django.apps import AppConfig


class PostsConfig(AppConfig):
    """Posts, comments, reactions, tags, places."""

    name = "posts"
    default_auto_field = "django.db.models.BigAutoField"
