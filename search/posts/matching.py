"""Posts by their words, best or newest first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import QuerySet, Value

from api.compiled import CompiledRead, Parameters, any_of, compiled_generic, compiled_unprepared
from api.ids import MAX_ID
from posts.cards import posts_as_json
from posts.models import Post
from search.bounds import bounded
from search.models import SearchDocument
from search.posts.models import Score, raw_query
from search.posts.query import Author, Tagged, Term, Words, parse
from search.posts.vectors import author_lexeme, phrase, quoted, tag_lexeme
from search.result import Position, ResultPage
from social.people import people_visible_to
from social.visibility import person_open_to

GROWTH = 4  # of a window over the one before
MAX_WINDOW = 100_000
BEST_OF = 300  # of the newest visible matches, the best come first
WITH_HIDDEN = 400  # so many matches are looked at first, for some of them may be hidden
SLICE = 100  # the same, of the newest


@dataclass(frozen=True)
class Asked:
    """A query as PostgreSQL takes it: all of it, its words for the rank, and its words as they stand."""

    whole: str
    words: str
    exact: str

    @property
    def given(self) -> dict[str, str]:
        """The values of a read that ranks."""
        return {"whole": self.whole, "words": self.words, "exact": self.exact} if self.words else {"whole": self.whole}


def find_best(*, viewer: AbstractBaseUser, text: str, after: Position | None, limit: int) -> ResultPage:
    """Of the newest 300 matches that the viewer may see those first that match best; of equals the newest.

    The position is (newest match that the viewer saw when the first page was asked for, score, timeline id): what is
    posted meanwhile moves nothing.
    """
    terms = parse(text)
    with bounded():
        asked = _asked(terms, viewer)
        if asked is None:
            return ResultPage([], None)
        newest, *last = [int(value) for value in after or [MAX_ID]]
        read = partial(_scored, ranked=bool(asked.words))
        rows = _visible(read, viewer, asked.given, below=min(newest + 1, MAX_ID), count=BEST_OF, size=WITH_HIDDEN)
        newest = newest if after else rows[0][1] if rows else 0
        below = [row for row in sorted(rows, reverse=True) if not last or [row[0], row[1]] < last]
        page = _as_json(viewer, [row[2] for row in below[:limit]])
    return ResultPage(page, [newest, *below[limit - 1][:2]] if len(below) > limit else None)


def find_newest(*, viewer: AbstractBaseUser, text: str, after: Position | None, limit: int) -> ResultPage:
    """The newest matches that the viewer may see first."""
    terms = parse(text)
    with bounded():
        asked = _asked(terms, viewer)
        if asked is None:
            return ResultPage([], None)
        below, read = int(after[0]) if after else MAX_ID, partial(_scored, ranked=False)
        found = _visible(read, viewer, {"whole": asked.whole}, below=below, count=limit + 1, size=SLICE)
        page = _as_json(viewer, [post_id for *_, post_id in found[:limit]])
    return ResultPage(page, [found[limit - 1][1]] if len(found) > limit else None)


@compiled_unprepared
def _scored(given: Parameters, *, count: int, ranked: bool) -> QuerySet[Any, Any]:
    """(score, timeline id, post id) of the newest matches. Common words are looked for among the newest, rare ones by
    their index: it depends on the word which is faster."""
    matches = SearchDocument.objects.matching(raw_query(given, "whole")).filter(timeline_id__lt=given.id("below"))
    if ranked:
        return matches.newest(count).scored(words=raw_query(given, "words"), exact=raw_query(given, "exact"))
    return matches.newest(count).annotate(score=Score(Value(0))).values_list("score", "timeline_id", "post_id")


def _visible(
    read: Callable[..., CompiledRead], viewer: AbstractBaseUser, given: dict[str, str], *, below: int, count: int,
    size: int,
) -> list[tuple[int, int, int]]:  # fmt: skip
    """The newest `count` matches that the viewer may see, however many are hidden between; `size` are looked at first.

    What is hidden takes no place of what is not.
    """
    found: list[tuple[Any, ...]] = []
    while True:
        rows = read(count=size).rows(**given, below=below)
        allowed = set(_ids().column(viewer=viewer.pk, posts=[row[2] for row in rows]))
        found += [row for row in rows if row[2] in allowed]
        if len(found) >= count or len(rows) < size:
            return found[:count]
        below, size = rows[-1][1], min(size * GROWTH, MAX_WINDOW)


@compiled_generic
def _rows(given: Parameters) -> QuerySet[Any, Any]:
    viewer = given.person("viewer")
    return Post.objects.visible_to(viewer).filter(any_of("pk", given.ids("posts"))).as_card_rows(viewer)


@compiled_generic
def _ids(given: Parameters) -> QuerySet[Any, Any]:
    posts = Post.objects.visible_to(given.person("viewer")).filter(any_of("pk", given.ids("posts")))
    return posts.values_list("pk", flat=True)


def _as_json(viewer: AbstractBaseUser, post_ids: Sequence[int]) -> list[bytes]:
    """In this order; the rule is asked once more, with the row that is shown."""
    found = {row[0]: row for row in _rows().rows(viewer=viewer.pk, posts=post_ids)} if post_ids else {}
    return posts_as_json(viewer, [found[post_id] for post_id in post_ids if post_id in found])


def _asked(terms: Sequence[Term], viewer: AbstractBaseUser) -> Asked | None:
    """What PostgreSQL is asked; None if a named author shows the viewer nothing, so that nothing can match.

    A private author's posts are not even looked through: neither time nor a cursor tells what is in them.
    """
    people = _people(viewer, [term.username for term in terms if isinstance(term, Author)])
    parts: list[str] = []
    for term in terms:
        if isinstance(term, Author) and term.username not in people:
            if term.excluded:
                continue
            return None
        parts.append(("!" if term.excluded else "") + f"({_expression(term, people)})")
    wanted = [term for term in terms if isinstance(term, Words) and not term.excluded]
    words = " & ".join(f"({phrase(term.tokens, prefix=term.open_ended)})" for term in wanted)
    return Asked(" & ".join(parts), words, " & ".join(f"({phrase(term.tokens)})" for term in wanted))


def _people(viewer: AbstractBaseUser, names: list[str]) -> dict[str, int]:
    """The ids of those of these people who show the viewer what they share."""
    if not names:
        return {}
    shown = people_visible_to(viewer).filter(person_open_to(viewer), username__in=names)
    return dict(shown.values_list("username", "pk"))


def _expression(term: Term, people: dict[str, int]) -> str:
    if isinstance(term, Author):
        return quoted(author_lexeme(people[term.username]))
    if isinstance(term, Tagged):
        return quoted(tag_lexeme(term.name))
    return phrase(term.tokens, prefix=term.open_ended)
