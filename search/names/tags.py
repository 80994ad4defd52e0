"""Tags, with or without their `#`."""

from django.contrib.auth.base_user import AbstractBaseUser

from api.search_key import name_key
from posts.models import Tag
from search.names.matching import matching_page
from search.result import Position, ResultPage


def find(*, viewer: AbstractBaseUser, text: str, after: Position | None, limit: int) -> ResultPage:
    """Tags that begin with the text, have it within or nearly so, as rows for `TagSerializer`."""
    wanted = name_key(text).lstrip("#").replace(" ", "")
    return matching_page(Tag.objects.for_display(viewer), viewer=viewer, text=wanted, after=after, limit=limit)
