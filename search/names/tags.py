"""Tags, with or without their `#`."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import QuerySet

from api.compiled import Parameters, any_of, compiled_generic
from api.search_key import name_key
from posts.models import Tag
from search.bounds import bounded
from search.names.matching import LabelSearch, in_order
from search.result import Position, ResultPage

labels = LabelSearch(Tag.objects.all())


@compiled_generic
def _shown(given: Parameters) -> QuerySet[Any, Any]:
    return Tag.objects.for_display(given.person("viewer")).filter(any_of("pk", given.ids("tags")))


def find(*, viewer: AbstractBaseUser, text: str, after: Position | None, limit: int) -> ResultPage:
    """Tags that begin with the text, have it within or nearly so, as rows for `TagSerializer`."""
    wanted = name_key(text).lstrip("#").replace(" ", "")
    with bounded():
        keys, position = labels.page(viewer=viewer, text=wanted, after=after, limit=limit)
        rows = _shown().instances(viewer=viewer.pk, tags=keys) if keys else []
        return ResultPage(in_order(rows, keys), position)
