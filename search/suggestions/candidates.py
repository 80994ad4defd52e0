"""People one may know, and why.

Postgres counts among samples (the newest followees of the newest followees), so that the cost has a bound whatever the
graph; who of those exists for the viewer, and whose names may stand in a reason, is the visibility rule's to say.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.cards import people_as_json
from accounts.models import User, card_version
from api.compiled import Parameters, any_of, compiled
from search.models import DismissedSuggestion
from search.people.names import weight_of
from search.result import Position, ResultPage
from search.suggestions.friends import NAMED, cards_of, friends_of, reason_as_json
from social.models import Follow
from social.visibility import muted_by, name_visible_to

FRIENDS, FOLLOWER, POPULAR = 2, 1, 0
KINDS = {FRIENDS: "followed_by_people_you_follow", FOLLOWER: "follows_you", POPULAR: "popular_here"}
MAX_CANDIDATES = 100  # candidates of each kind
FOLLOWEES = 50  # the newest of each friend

_CANDIDATES = """
WITH friends AS (
    SELECT their.followee_id AS person, count(*) AS friends, (array_agg(mine.id ORDER BY mine.id))[1:{named}] AS names
    FROM unnest(%(mine)s::bigint[]) mine(id) CROSS JOIN LATERAL (
        SELECT followee_id FROM social_follow
        WHERE follower_id = mine.id AND accepted_at IS NOT NULL ORDER BY id DESC LIMIT {followees}
    ) their
    WHERE {fresh} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {most}
), followers AS (
    SELECT follower_id AS person FROM social_follow their
    WHERE followee_id = %(viewer)s AND accepted_at IS NOT NULL AND {fresh} ORDER BY id DESC LIMIT {most}
), popular AS (
    SELECT user_id AS person FROM search_persondocument their WHERE {fresh} ORDER BY weight DESC, user_id LIMIT {most}
)
SELECT person, 2, friends, names FROM friends
UNION ALL SELECT person, 1, 0, NULL FROM followers
UNION ALL SELECT person, 0, 0, NULL FROM popular
"""
_FRESH = """
{person} <> %(viewer)s
AND NOT EXISTS (SELECT FROM social_follow WHERE follower_id = %(viewer)s AND followee_id = {person})
AND NOT EXISTS (SELECT FROM search_dismissedsuggestion WHERE user_id = %(viewer)s AND person_id = {person})
"""


@dataclass(frozen=True, order=True)
class Rank:
    """Where somebody stands; the greatest first."""

    kind: int
    count: int
    weight: int
    negative_id: int


def suggestions_for(*, viewer: AbstractBaseUser, after: Position | None, limit: int) -> ResultPage:
    """Those whom people one follows follow, then one's followers, then whoever is popular; best first."""
    friends = friends_of(viewer)
    reasons = _reasons(viewer, friends)
    cards = {row[0]: row[1:] for row in _suggestable().rows(viewer=viewer.pk, people=list(reasons))}
    ranks = [Rank(*reasons[pk][:2], weight_of(followers), -pk) for pk, (_, _, followers) in cards.items()]
    bar = Rank(*map(int, after)) if after else None
    rest = sorted((rank for rank in ranks if bar is None or rank < bar), reverse=True)
    ids = [-rank.negative_id for rank in rest[:limit]]
    rows = _suggestions(viewer, [(pk, *cards[pk][:2]) for pk in ids], reasons)
    last = rest[limit - 1] if len(rest) > limit else None
    return ResultPage(rows, [last.kind, last.count, last.weight, last.negative_id] if last else None)


def _reasons(viewer: AbstractBaseUser, friends: list[int]) -> dict[int, tuple[int, int, list[int]]]:
    """Candidate → kind, count and whom to name; the best reason of each."""
    fresh = {name: _FRESH.format(person=f"their.{name}") for name in ("followee_id", "follower_id", "user_id")}
    parts = _CANDIDATES.split("{fresh}")
    sql = parts[0] + fresh["followee_id"] + parts[1] + fresh["follower_id"] + parts[2] + fresh["user_id"] + parts[3]
    with connection.cursor() as cursor:
        cursor.execute(
            sql.format(named=NAMED, followees=FOLLOWEES, most=MAX_CANDIDATES), {"viewer": viewer.pk, "mine": friends}
        )
        rows = cursor.fetchall()
    best: dict[int, tuple[int, int, list[int]]] = {}
    for person, kind, count, names in rows:
        best[person] = max(best.get(person, (-1, 0, [])), (kind, count, names or []))
    return best


@compiled
def _suggestable(given: Parameters) -> QuerySet[Any, Any]:
    """Of these people, those who may be suggested; with their followers, for the rank, and for the card."""
    people = _suggestable_to(given.person("viewer")).filter(any_of("pk", given.ids("people")))
    return people.values_list("pk", card_version(), "is_private", "followers_count")


def _suggestable_to(viewer: AbstractBaseUser) -> QuerySet[User]:
    """Neither oneself nor followed, asked, muted, dismissed, on the other side of a block, or limited."""
    pk = OuterRef("pk")
    known = (
        Q(Exists(Follow.objects.filter(follower=viewer.pk, followee=pk)))
        | muted_by(viewer, "")
        | Q(Exists(DismissedSuggestion.objects.filter(user=viewer.pk, person=pk)))
    )
    people = User.objects.get_queryset().filter(name_visible_to(viewer, ""), ~known, limited_at__isnull=True)
    return people.exclude(pk=viewer.pk)


def _suggestions(
    viewer: AbstractBaseUser, rows: list[tuple[int, str | None, bool]], reasons: dict[int, tuple[int, int, list[int]]]
) -> list[bytes]:
    """Each person and why they are suggested: how many of a sample of one's people follow them, some of them named."""
    cards = cards_of(viewer, {name for row in rows for name in reasons[row[0]][2]})
    people = people_as_json(rows)
    return [
        b'{"user":%b,"reason":%b}'
        % (people[pk], reason_as_json(KINDS[kind], count, [cards[name] for name in names if name in cards]))
        for pk, (kind, count, names) in ((row[0], reasons[row[0]]) for row in rows)
        if pk in people
    ]
