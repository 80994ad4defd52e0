"""Places, by their names."""

from django.contrib.auth.base_user import AbstractBaseUser

from posts.models import Place
from posts.words import plain
from search.found import Found, Position
from search.gathered import page


def find(*, viewer: AbstractBaseUser, text: str, after: Position | None, limit: int) -> Found:
    """Places that begin with the text, have it within or nearly so, as rows for `PlacePageSerializer`."""
    return page(Place.objects.with_count(), viewer=viewer, text=plain(text), after=after, limit=limit)
