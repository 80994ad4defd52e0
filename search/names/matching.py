"""Tags and places by their names: the start of them, a part of them, or nearly that."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import QuerySet
from django.db.models.functions import Left

from posts.models.labels import LabelQuerySet
from search.bounds import bounded
from search.result import Position, ResultPage

EXACT, PREFIX, WITHIN, NEARLY = 3, 2, 1, 0  # how well it matches
MAX_CANDIDATES = 200  # candidates of each kind
MAX_READ = 2000  # of a longer prefix; one or two letters are read in the order of popularity
SHORT = 2  # letters; without a trigram there is neither a part nor a typo to look for


def matching(
    rows: LabelQuerySet, *, viewer: AbstractBaseUser, text: str, after: Position | None, limit: int
) -> tuple[list[int], Position | None]:
    """Keys of the rows whose search key matches `text`, a search key, and where the next page goes on.

    Best match first, then by how many public posts they have. Only those that exist for the viewer.
    """
    ranks = _ranked(rows, viewer, text) if text else []
    bar = tuple(after) if after else None
    rest = [rank for rank in ranks if bar is None or rank < bar]
    page = rest[:limit]
    return [-rank[2] for rank in page], list(page[-1]) if len(rest) > limit else None


def in_order(rows: QuerySet[Any], keys: list[int]) -> list[Any]:
    """The rows of these keys, in their order."""
    found = rows.in_bulk(keys)
    return [found[key] for key in keys if key in found]


def matching_page(
    shown: LabelQuerySet, *, viewer: AbstractBaseUser, text: str, after: Position | None, limit: int
) -> ResultPage:
    """A page of `shown` (ready for display) that matches."""
    with bounded():
        keys, position = matching(shown.model.objects.all(), viewer=viewer, text=text, after=after, limit=limit)
        return ResultPage(in_order(shown, keys), position)


def _ranked(rows: LabelQuerySet, viewer: AbstractBaseUser, text: str) -> list[tuple[int, int, int]]:
    keys = {key for query in _candidates(rows, text) for key in query.values_list("pk", flat=True)}
    found = rows.filter(pk__in=keys).existing_for(viewer).values_list("search_key", "posts_count", "pk")
    return sorted(((_match(name, text), count, -key) for name, count, key in found), reverse=True)


def _candidates(rows: LabelQuerySet, text: str) -> list[QuerySet[Any]]:
    exact = rows.filter(search_key=text)[:MAX_CANDIDATES]
    if len(text) <= SHORT:
        short = rows.alias(start=Left("search_key", len(text))).filter(start=text)
        return [exact, short.order_by("-posts_count")[:MAX_CANDIDATES]]
    starting = rows.filter(pk__in=rows.filter(search_key__startswith=text).values("pk")[:MAX_READ])
    within = rows.filter(pk__in=rows.filter(search_key__contains=text).values("pk")[:MAX_READ])
    nearly = rows.filter(search_key__trigram_similar=text).order_by(
        -TrigramSimilarity("search_key", text), "-posts_count"
    )
    return [
        exact,
        starting.order_by("-posts_count")[:MAX_CANDIDATES],
        within.order_by("-posts_count")[:MAX_CANDIDATES],
        nearly[:MAX_CANDIDATES],
    ]


def _match(name: str, text: str) -> int:
    if name == text:
        return EXACT
    if name.startswith(text):
        return PREFIX
    return WITHIN if text in name else NEARLY
