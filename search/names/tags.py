"""Tags, with or without their `#`."""

from django.contrib.auth.base_user import AbstractBaseUser

from posts.models import Tag
from posts.words import plain
from search.names.matching import page
from search.result import Found, Position


def find(*, viewer: AbstractBaseUser, text: str, after: Position | None, limit: int) -> Found:
    """Tags that begin with the text, have it within or nearly so, as rows for `TagSerializer`."""
    wanted = plain(text).lstrip("#").replace(" ", "")
    return page(Tag.objects.for_display(viewer), viewer=viewer, text=wanted, after=after, limit=limit)
