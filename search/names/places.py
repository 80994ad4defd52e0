"""Places, by their names."""

from django.contrib.auth.base_user import AbstractBaseUser

from api.search_key import name_key
from posts.models import Place
from search.names.matching import matching_page
from search.result import Position, ResultPage


def find(*, viewer: AbstractBaseUser, text: str, after: Position | None, limit: int) -> ResultPage:
    """Places that begin with the text, have it within or nearly so, as rows for `PlacePageSerializer`."""
    return matching_page(
        Place.objects.with_public_facts(), viewer=viewer, text=name_key(text), after=after, limit=limit
    )
