"""Tags and places by their names: the start of them, a part of them, or nearly that.

The best kind of match comes first, then what more public posts have. Each kind is read in that order by windows, and
the visibility rule is asked of each window: however many rows are hidden, they take no place of what is not.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Q, QuerySet
from django.db.models.functions import Left

from api.compiled import Parameters, any_of, compiled_generic, compiled_unprepared
from posts.models.labels import LabelQuerySet
from search.result import Position

EXACT, PREFIX, WITHIN, NEARLY = 3, 2, 1, 0  # how well it matches
MAX_NEARLY = 200  # the most similar that exist for the viewer
SHORT = 2  # letters; without a trigram there is neither a part nor a typo to look for
FIRST = 2  # a window, of what is wanted: some may be hidden
GROWTH = 4  # of a window over the one before
MOST_POSTS = 2**31 - 1  # no label has more

Found = tuple[int, int]  # the id and the number of posts


class LabelSearch:
    """The reads of tags or of places. Each is compiled once for each kind of match and size of a window."""

    def __init__(self, rows: LabelQuerySet) -> None:
        self._rows = rows
        self._candidates = compiled_unprepared(self._of_match)
        self._existing = compiled_generic(self._of_these)

    def page(
        self, *, viewer: AbstractBaseUser, text: str, after: Position | None, limit: int
    ) -> tuple[list[int], Position | None]:
        """Ids of the rows whose search key matches `text`, a search key, and where the next page goes on.

        Only those that exist for the viewer; of as many posts the lower id first.
        """
        last = [int(value) for value in after] if after else None
        matches = ((EXACT, PREFIX) if len(text) <= SHORT else (EXACT, PREFIX, WITHIN, NEARLY)) if text else ()
        found: list[list[int]] = []
        for match in matches:
            if len(found) <= limit and (last is None or match <= last[0]):
                bar = (last[1], -last[2]) if last and match == last[0] else (MOST_POSTS, 0)
                rows = self._of(match, viewer, text, bar, limit + 1 - len(found))
                found += [[match, posts, -pk] for pk, posts in rows]
        return [-rank[2] for rank in found[:limit]], [*found[limit - 1]] if len(found) > limit else None

    def _of(self, match: int, viewer: AbstractBaseUser, text: str, bar: tuple[int, int], count: int) -> list[Found]:
        """The first `count` behind `bar`, a number of posts and an id."""
        shape = {"match": match, "letters": len(text) if len(text) <= SHORT else 0}
        if match != NEARLY:
            return self._visible(viewer, count, shape, text=text, posts=bar[0], last=bar[1])
        similar = self._visible(viewer, MAX_NEARLY, shape, text=text, posts=MOST_POSTS, last=0)
        ordered = sorted((-posts, pk) for pk, posts in similar)
        return [(pk, -fewer) for fewer, pk in ordered if (fewer, pk) > (-bar[0], bar[1])][:count]

    def _visible(self, viewer: AbstractBaseUser, count: int, shape: dict[str, int], **given: Any) -> list[Found]:
        """The first `count` that exist for the viewer, however many do not between them."""
        size = FIRST * count
        while True:
            rows = self._candidates(**shape, count=size).rows(**given)
            # Asked also if there are none, so that no time tells of names that only hidden posts have.
            existing = set(self._existing().column(viewer=viewer.pk, labels=[pk for pk, _ in rows]))
            found = [row for row in rows if row[0] in existing]
            if len(found) >= count or len(rows) < size:
                return found[:count]
            size *= GROWTH

    def _of_match(self, given: Parameters, *, match: int, letters: int, count: int) -> QuerySet[Any, Any]:
        text, posts = given.text("text"), given.id("posts")
        behind = Q(posts_count__lt=posts) | Q(posts_count=posts, pk__gt=given.id("last"))
        rows = _matching(self._rows, match, letters, text).filter(behind, posts_count__lte=posts)
        closest = [-TrigramSimilarity("search_key", text)] if match == NEARLY else []
        return rows.order_by(*closest, "-posts_count", "pk").values_list("pk", "posts_count")[:count]

    def _of_these(self, given: Parameters) -> QuerySet[Any, Any]:
        rows = self._rows.existing_for(given.person("viewer"))
        return rows.filter(any_of("pk", given.ids("labels"))).values_list("pk", flat=True)


def _matching(rows: LabelQuerySet, match: int, letters: int, text: Any) -> QuerySet[Any, Any]:
    """Those that match this well, and no better. The first one or two letters have indexes of their own."""
    if match == EXACT:
        return rows.filter(search_key=text)
    if match == PREFIX and letters:
        beginning: QuerySet[Any, Any] = rows.alias(start=Left("search_key", letters)).filter(start=text)
        return beginning.exclude(search_key=text)
    if match == PREFIX:
        return rows.filter(search_key__startswith=text).exclude(search_key=text)
    if match == WITHIN:
        return rows.filter(search_key__contains=text).exclude(search_key__startswith=text)
    return rows.filter(search_key__trigram_similar=text).exclude(search_key__contains=text)


def in_order(rows: Sequence[Any], keys: Sequence[int]) -> list[Any]:
    """The rows of these ids, in their order."""
    found = {row.pk: row for row in rows}
    return [found[key] for key in keys if key in found]
