"""Places, by their names."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import QuerySet

from api.compiled import Parameters, any_of, compiled_generic
from api.search_key import name_key
from posts.models import Place
from search.bounds import bounded
from search.names.matching import LabelSearch, in_order
from search.result import Position, ResultPage

labels = LabelSearch(Place.objects.all())


@compiled_generic
def _shown(given: Parameters) -> QuerySet[Any, Any]:
    return Place.objects.with_public_facts().filter(any_of("pk", given.ids("places")))


def find(*, viewer: AbstractBaseUser, text: str, after: Position | None, limit: int) -> ResultPage:
    """Places that begin with the text, have it within or nearly so, as rows for `PlacePageSerializer`."""
    with bounded():
        keys, position = labels.page(viewer=viewer, text=name_key(text), after=after, limit=limit)
        return ResultPage(in_order(_shown().instances(places=keys) if keys else [], keys), position)
