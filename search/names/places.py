"""Places, by their names."""

from django.contrib.auth.base_user import AbstractBaseUser

from posts.models import Place
from posts.words import plain
from search.names.matching import page
from search.result import Found, Position


def find(*, viewer: AbstractBaseUser, text: str, after: Position | None, limit: int) -> Found:
    """Places that begin with the text, have it within or nearly so, as rows for `PlacePageSerializer`."""
    return page(Place.objects.with_count(), viewer=viewer, text=plain(text), after=after, limit=limit)
