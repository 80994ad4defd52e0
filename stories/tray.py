"""The tray: whose stories there are to see.

One's own first, then those with something unseen, then the newest. Seeing stories would reorder the list under whoever
pages through it, so a cursor carries the moment of the first page: what was published, seen or expired since then moves
nobody. Nothing is cached: the expiry that counts is that of the moment when PostgreSQL reads the rows.
"""

import itertools
import operator
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, Self

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.aggregates import BoolOr
from django.db import connection
from django.db.models import (
    Case,
    DateTimeField,
    Exists,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Now

from accounts.cards import people_as_json
from api.compiled import Parameters, any_of, compiled
from api.pagination import decode_position, encode_cursor
from social.models import Audience
from stories.cards import parts_of
from stories.models import Seen, Story

SCOPE = "tray"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
OWN, UNSEEN, SEEN = range(3)
_ENTRY = b'{"user":%b,"stories":[%b],"all_seen":%b}'
_BOOLEANS = {False: b"false", True: b"true"}


class Position(NamedTuple):
    """After which entry a page begins, in the order of the moment `as_of`."""

    as_of: datetime
    rank: int
    newest: int

    def encode(self) -> str:
        return encode_cursor(SCOPE, [(self.as_of - EPOCH) // MICROSECOND, self.rank, self.newest])

    @classmethod
    def decode(cls, cursor: str) -> Self:
        """`invalid_cursor` for one of another list, or by another hand."""
        micros, rank, newest = map(int, decode_position(SCOPE, cursor))
        return cls(EPOCH + micros * MICROSECOND, rank, newest)


def tray_page(viewer: AbstractBaseUser, *, limit: int, cursor: str | None = None) -> tuple[list[bytes], str | None]:
    """One page of the viewer's tray, each entry as JSON, and the next one's cursor. Its queries do not grow with it."""
    after = Position.decode(cursor) if cursor else Position(_database_now(), -1, 0)
    rows = _people_after(count=limit + 1).rows(viewer=viewer.pk, **after._asdict())
    shown = rows[:limit]
    last = Position(after.as_of, *shown[-1][1:]).encode() if len(rows) > limit else None
    return _entries(viewer, [author for author, _, _ in shown]), last


def _database_now() -> datetime:
    with connection.cursor() as database:
        database.execute("SELECT statement_timestamp()")
        moment: datetime = database.fetchone()[0]
    return moment


def _people(viewer: AbstractBaseUser, after: Position) -> QuerySet[Any, Any]:
    """The authors beyond `after`, each with `rank` and `newest`, in the order of the tray."""
    seen = Seen.objects.filter(story=OuterRef("pk"), viewer=viewer.pk, seen_at__lte=after.as_of)
    stories = Story.objects.in_tray_of(viewer).filter(expires_at__gt=after.as_of, published_at__lte=after.as_of)
    authors = stories.annotate(is_new=~Exists(seen)).values("author")
    ranked = authors.annotate(
        newest=Max("timeline_id"),
        rank=Case(
            When(author=viewer.pk, then=Value(OWN)), When(BoolOr("is_new"), then=Value(UNSEEN)), default=Value(SEEN)
        ),
        last_end=Max("expires_at"),
    )
    beyond = Q(rank__gt=after.rank) | Q(rank=after.rank, newest__lt=after.newest)
    return ranked.filter(beyond, last_end__gt=Now()).order_by("rank", "-newest")


@compiled
def _people_after(given: Parameters, *, count: int) -> QuerySet[Any, Any]:
    rank, newest = given.of("rank", IntegerField()), given.id("newest")
    after = Position(given.of("as_of", DateTimeField()), rank, newest)
    return _people(given.person("viewer"), after).values_list("author", "rank", "newest")[:count]


@compiled
def _stories_of(given: Parameters) -> QuerySet[Any, Any]:
    viewer = given.person("viewer")
    stories = Story.objects.in_tray_of(viewer).current().filter(any_of("author", given.ids("authors")))
    return stories.order_by("author", "timeline_id").as_card_rows(viewer)


def _entries(viewer: AbstractBaseUser, authors: Sequence[int]) -> list[bytes]:
    """TrayEntrySerializer's bytes of each author who still has current stories."""
    rows = _stories_of().rows(viewer=viewer.pk, authors=authors)
    by_author = itertools.groupby(rows, key=operator.itemgetter(0))
    found = {author: _entry(list(theirs), own=author == viewer.pk) for author, theirs in by_author}
    people = people_as_json([row[:3] for row in rows])
    return [_ENTRY % (people[author], *found[author]) for author in authors if author in found and author in people]


def _entry(rows: Sequence[tuple[Any, ...]], *, own: bool) -> tuple[bytes, bytes]:
    """The stories, and whether all of them are seen."""
    shown = []
    for _, _, private, seen, *content in rows:
        expires_at, audience = content[2:4]
        few = private or audience != Audience.FOLLOWERS
        before, after = parts_of(tuple(content), private=few, not_after=None if own else expires_at)
        shown.append(before + _BOOLEANS[seen] + after)
    return b",".join(shown), _BOOLEANS[all(row[3] for row in rows)]
