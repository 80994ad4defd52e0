"""Posts by their words, best or newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import QuerySet

from api.compiled import Parameters, any_of, compiled
from api.ids import MAX_ID
from posts.cards import posts_as_json
from posts.models import Post
from search.bounds import MAX_CANDIDATES, bounded
from search.models import SearchDocument
from search.posts.models import SearchDocumentQuerySet
from search.posts.query import Author, Tagged, Term, Words, parse
from search.posts.vectors import author_lexeme, phrase, quoted, tag_lexeme
from search.result import Position, ResultPage
from social.people import people_visible_to
from social.visibility import person_open_to

GROWTH = 4  # of a window over the one before
MAX_WINDOW = 100_000
SLICE = 100  # candidates that the rule is asked about at once; for many more PostgreSQL would read the whole table


@dataclass(frozen=True)
class Asked:
    """A query as PostgreSQL takes it: all of it, its words for the rank, and its words as they stand."""

    whole: str
    words: str
    exact: str


def find_best(*, viewer: AbstractBaseUser, text: str, after: Position | None, limit: int) -> ResultPage:
    """Of the newest 1,000 matches that the viewer may see those first that match best; of equals the newest.

    The position is (newest match that the viewer saw when the first page was asked for, score, timeline id): what is
    posted meanwhile moves nothing.
    """
    terms = parse(text)
    with bounded():
        asked = _asked(terms, viewer)
        if asked is None:
            return ResultPage([], None)
        newest, *last = [int(value) for value in after or [MAX_ID]]
        matches = SearchDocument.objects.matching(asked.whole).filter(timeline_id__lte=newest)
        rows = matches.newest(MAX_CANDIDATES).scored(words=asked.words, exact=asked.exact)
        if len(rows) == MAX_CANDIDATES:  # what is hidden must not take the place of what is not
            ids = [row[0] for row in _newest_visible(matches, viewer, MAX_CANDIDATES)]
            rows = matches.filter(timeline_id__in=ids).scored(words=asked.words, exact=asked.exact)
        if not after:
            newest = next((row[0] for row in _newest_visible(matches, viewer, 1)), 0)
        below = [row for row in sorted(rows, reverse=True) if not last or [row[0], row[1]] < last]
        shown = _visible(viewer, [row[2] for row in below], limit + 1)
        page = _as_json(viewer, shown[:limit])
        end = next((row for row in below if len(shown) > limit and row[2] == shown[limit - 1]), None)
    return ResultPage(page, [newest, end[0], end[1]] if end else None)


def find_newest(*, viewer: AbstractBaseUser, text: str, after: Position | None, limit: int) -> ResultPage:
    """The newest matches that the viewer may see first."""
    terms = parse(text)
    with bounded():
        asked = _asked(terms, viewer)
        if asked is None:
            return ResultPage([], None)
        below = int(after[0]) if after else MAX_ID
        matches = SearchDocument.objects.matching(asked.whole).filter(timeline_id__lt=below)
        found = _newest_visible(matches, viewer, limit + 1)
        page = _as_json(viewer, [post_id for _, post_id in found[:limit]])
    return ResultPage(page, [found[limit - 1][0]] if len(found) > limit else None)


def _newest_visible(matches: SearchDocumentQuerySet, viewer: AbstractBaseUser, count: int) -> list[tuple[int, int]]:
    """(timeline id, post id) of the newest `count` matches that the viewer may see, however many are hidden between."""
    found: list[tuple[int, int]] = []
    below, size = MAX_ID, SLICE
    while len(found) < count:
        rows = list(matches.filter(timeline_id__lt=below).newest(size).values_list("timeline_id", "post_id"))
        allowed = set(_ids().column(viewer=viewer.pk, posts=[post_id for _, post_id in rows]))
        found += [row for row in rows if row[1] in allowed]
        if len(rows) < size:
            break
        below, size = rows[-1][0], min(size * GROWTH, MAX_WINDOW)
    return found[:count]


@compiled
def _rows(given: Parameters) -> QuerySet[Any, Any]:
    viewer = given.person("viewer")
    return Post.objects.visible_to(viewer).filter(any_of("pk", given.ids("posts"))).as_card_rows(viewer)


@compiled
def _ids(given: Parameters) -> QuerySet[Any, Any]:
    posts = Post.objects.visible_to(given.person("viewer")).filter(any_of("pk", given.ids("posts")))
    return posts.values_list("pk", flat=True)


def _visible(viewer: AbstractBaseUser, post_ids: Sequence[int], most: int) -> list[int]:
    """The first `most` of these posts that the viewer may see, asked for in slices: mostly the first is enough."""
    shown: list[int] = []
    for start in range(0, len(post_ids), SLICE):
        asked = post_ids[start : start + SLICE]
        allowed = set(_ids().column(viewer=viewer.pk, posts=asked))
        shown += [post_id for post_id in asked if post_id in allowed]
        if len(shown) >= most:
            break
    return shown[:most]


def _as_json(viewer: AbstractBaseUser, post_ids: Sequence[int]) -> list[bytes]:
    """In this order; the rule is asked once more, with the row that is shown."""
    found = {row[0]: row for row in _rows().rows(viewer=viewer.pk, posts=post_ids)}
    return posts_as_json(viewer, [found[post_id] for post_id in post_ids if post_id in found])


def _asked(terms: Sequence[Term], viewer: AbstractBaseUser) -> Asked | None:
    """What PostgreSQL is asked; None if a named author shows the viewer nothing, so that nothing can match.

    A private author's posts are not even looked through: neither time nor a cursor tells what is in them.
    """
    names = [term.username for term in terms if isinstance(term, Author)]
    shown = people_visible_to(viewer).filter(person_open_to(viewer), username__in=names)
    people = dict(shown.values_list("username", "pk")) if names else {}
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


def _expression(term: Term, people: dict[str, int]) -> str:
    if isinstance(term, Author):
        return quoted(author_lexeme(people[term.username]))
    if isinstance(term, Tagged):
        return quoted(tag_lexeme(term.name))
    return phrase(term.tokens, prefix=term.open_ended)
