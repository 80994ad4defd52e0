"""People one may know, and why.

Postgres counts among samples (the newest followees of the newest followees), so that the cost has a bound whatever the
graph; who of those exists for the viewer, and whose names may stand in a reason, is the visibility rule's to say.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from accounts.cards import people_as_json
from accounts.models import User, card_version
from api.compiled import Parameters, any_of, compiled, composed
from api.prepared import Statement
from search.models import DismissedSuggestion
from search.people.names import weight_of
from search.result import Position, ResultPage
from search.suggestions.friends import NAMED, cards_of, friends, reason_as_json
from social.models import Follow
from social.visibility import hidden_people, muted_by, name_visible_to

FRIENDS, FOLLOWER, POPULAR = 2, 1, 0
KINDS = {FRIENDS: "followed_by_people_you_follow", FOLLOWER: "follows_you", POPULAR: "popular_here"}
MAX_CANDIDATES = 100  # candidates of each kind
FOLLOWEES = 50  # the newest of each friend

# What follows is about the person w.id: who exists for the viewer, and whom they neither know nor have waved away.
_SHOWN = "NOT EXISTS ({away}) AND w.id NOT IN ({blockers})"
_FRESH = """
w.id <> %(viewer)s::bigint
AND w.id NOT IN (SELECT followee_id FROM social_follow WHERE follower_id = %(viewer)s::bigint)
AND w.id NOT IN (SELECT person_id FROM search_dismissedsuggestion WHERE user_id = %(viewer)s::bigint)
"""
# Whoever does not exist for the viewer takes nobody's place: the rule stands within each limit.
#
# Names are gathered of those alone who are given; unsorted, for to sort each one's takes longer than all else.
_OF_FRIENDS = f"""
WITH mine(friend) AS MATERIALIZED ({{friends}}), follow AS MATERIALIZED (
    SELECT friend, w.id AS person
    FROM mine CROSS JOIN LATERAL (
        SELECT w.id FROM (SELECT followee_id AS id, id AS number, follower_id, accepted_at FROM social_follow) w
        WHERE follower_id = friend AND accepted_at IS NOT NULL AND {_SHOWN} ORDER BY number DESC LIMIT {FOLLOWEES}
    ) w
    WHERE {_FRESH}
), best AS MATERIALIZED (
    SELECT person FROM follow GROUP BY person ORDER BY count(*) DESC, person LIMIT {MAX_CANDIDATES}
)
SELECT person, array_agg(friend) FROM follow JOIN best USING (person) GROUP BY person
"""
_OTHERS = f"""
(SELECT id, {FOLLOWER} FROM (SELECT follower_id AS id, id AS number, followee_id, accepted_at FROM social_follow) w
WHERE followee_id = %(viewer)s::bigint AND accepted_at IS NOT NULL AND {_FRESH} AND {_SHOWN}
ORDER BY number DESC LIMIT {MAX_CANDIDATES})
UNION ALL
(SELECT id, {POPULAR} FROM (SELECT user_id AS id, weight FROM search_persondocument) w
WHERE {_FRESH} AND {_SHOWN} ORDER BY weight DESC, id LIMIT {MAX_CANDIDATES})
"""
# ruff: noqa: S608 (parts of statements are put together here, values are bound)


@dataclass(frozen=True, order=True)
class Rank:
    """Where somebody stands; the greatest first."""

    kind: int
    count: int
    weight: int
    negative_id: int


@dataclass(frozen=True)
class Reason:
    """Why somebody is suggested: which kind, and who of a sample of one's people follow them."""

    kind: int
    friends: Sequence[int] = ()

    @property
    def rank(self) -> tuple[int, int]:
        return self.kind, len(self.friends)

    @property
    def named(self) -> list[int]:
        return sorted(self.friends)[:NAMED]


def suggestions_for(*, viewer: AbstractBaseUser, after: Position | None, limit: int) -> ResultPage:
    """Those whom people one follows follow, then one's followers, then whoever is popular; best first."""
    bar = Rank(*map(int, after)) if after else None
    reasons = _of_friends(viewer)
    found = _best(viewer, reasons, bar, limit + 1)
    if len(found) <= limit:
        others = {pk: reason for pk, reason in _others(viewer).items() if pk not in reasons}
        found |= _best(viewer, others, bar, limit + 1 - len(found))
        reasons |= others
    ranks = sorted(found, reverse=True)
    rows = _suggestions(viewer, [found[rank] for rank in ranks[:limit]], reasons)
    last = ranks[limit - 1] if len(ranks) > limit else None
    return ResultPage(rows, [last.kind, last.count, last.weight, last.negative_id] if last else None)


def _best(
    viewer: AbstractBaseUser, reasons: dict[int, Reason], bar: Rank | None, count: int
) -> dict[Rank, tuple[Any, ...]]:
    """At least the best `count` of these people who may be suggested and stand below `bar`, as rows for their cards.

    Who is better for the same reason is known when they are read, so they are read by reasons, and no more than needed.
    """
    found: dict[Rank, tuple[Any, ...]] = {}
    below = sorted((one for one in reasons if bar is None or reasons[one].rank <= (bar.kind, bar.count)),
                   key=lambda one: reasons[one].rank, reverse=True)  # fmt: skip
    start = 0
    while start < len(below) and len(found) < count:
        end = _end_of_reason(below, reasons, start + count)
        for pk, version, private, followers in _suggestable().rows(viewer=viewer.pk, people=below[start:end]):
            rank = Rank(*reasons[pk].rank, weight_of(followers), -pk)
            if bar is None or rank < bar:
                found[rank] = (pk, version, private)
        start = end
    return found


def _end_of_reason(people: list[int], reasons: dict[int, Reason], end: int) -> int:
    """The first place from `end` on where another reason begins."""
    while 0 < end < len(people) and reasons[people[end]].rank == reasons[people[end - 1]].rank:
        end += 1
    return end


def _of_friends(viewer: AbstractBaseUser) -> dict[int, Reason]:
    """Those whom many of one's people follow."""
    rows = _statements()[0].fetch(connection, {"viewer": viewer.pk})
    return {person: Reason(FRIENDS, friends) for person, friends in rows}


def _others(viewer: AbstractBaseUser) -> dict[int, Reason]:
    """One's followers and popular people; of who is both, the better reason."""
    rows = _statements()[1].fetch(connection, {"viewer": viewer.pk})
    return {person: Reason(kind) for person, kind in sorted(rows, key=itemgetter(1))}


@functools.cache
def _statements() -> tuple[Statement, Statement]:
    viewer = Parameters().person("viewer")
    hidden = hidden_people(viewer, RawSQL("w.id", []))
    of_friends = composed(_OF_FRIENDS, {"friends": friends(viewer), **hidden}, is_generic=True)
    return of_friends, composed(_OTHERS, hidden, is_generic=True)


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


def _suggestions(viewer: AbstractBaseUser, rows: Sequence[tuple[Any, ...]], reasons: dict[int, Reason]) -> list[bytes]:
    """Each person and why they are suggested: how many of a sample of one's people follow them, some of them named."""
    cards = cards_of(viewer, {name for pk, *_ in rows for name in reasons[pk].named})
    people = people_as_json(rows)
    return [b'{"user":%b,"reason":%b}' % (people[pk], _reason(reasons[pk], cards)) for pk, *_ in rows if pk in people]


def _reason(reason: Reason, cards: dict[int, bytes]) -> bytes:
    named = [cards[name] for name in reason.named if name in cards]
    return reason_as_json(KINDS[reason.kind], len(reason.friends), named)
