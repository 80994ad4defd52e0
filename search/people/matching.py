"""People, by prefixes of their names and with typos.

Postgres names a few candidates (search/people/candidates.py), so that one letter costs no more than ten; who of them
exists for the viewer is the visibility rule's to say. Ranked by match, closeness, relation, popularity.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.lookups import IsNull

from api.compiled import Parameters, any_of, compiled
from search.bounds import bounded
from search.people.candidates import Row, candidates, handles_of
from search.people.names import MAX_TYPOS, Name, asked, typos_allowed, typos_between
from search.result import Position, ResultPage
from social.models import Follow
from social.people import people_visible_to
from social.profiles import profiles_as_json

EXACT, USERNAME, WORD, TYPO = 3, 2, 1, 0  # how well it matches
FOLLOWEES = 100  # whose followees count as near


@dataclass(frozen=True, order=True)
class Rank:
    """Where somebody stands; the greatest first."""

    match: int
    closeness: int
    relation: int  # 2: followed, 1: followed by people the viewer follows
    weight: int
    negative_id: int


def find(*, viewer: AbstractBaseUser, text: str, after: Position | None, limit: int) -> ResultPage:
    """People whose user name or words of whose name begin with the text, or are a typo or two away from it."""
    with bounded():
        ranks = _ranked(viewer, asked(text))
        bar = Rank(*map(int, after)) if after else None
        rest = sorted((rank for rank in ranks if bar is None or rank < bar), reverse=True)
        page = rest[:limit]
        more = len(rest) > limit
        people = profiles_as_json(viewer, [-rank.negative_id for rank in page])
        return ResultPage(people, _position(page[-1]) if more else None)


def _ranked(viewer: AbstractBaseUser, name: Name) -> list[Rank]:
    matches = _matches(candidates(viewer.pk, name) if name.whole else [], name)
    near = _nearness(viewer, list(matches))
    return [Rank(*matches[pk][:2], near[pk], matches[pk][2], -pk) for pk in near]


def _matches(rows: list[Row], name: Name) -> dict[int, tuple[int, int, int]]:
    """How well and how closely each matches, at best, and their weight."""
    best: dict[int, tuple[int, int, int]] = {}
    for pk, word, is_username, weight in rows:
        match, closeness = _match(word, is_username, name)
        if closeness >= -MAX_TYPOS:
            best[pk] = max(best.get(pk, (TYPO, -9, 0)), (match, closeness, weight))
    return best


def _match(word: str, is_username: bool, name: Name) -> tuple[int, int]:
    handles = handles_of(name) if is_username else {}
    if word in handles:
        return EXACT, handles[word]
    if begun := [closeness for handle, closeness in handles.items() if word.startswith(handle)]:
        return USERNAME, max(begun)
    if any(word.startswith(one) for one in name.words):
        return WORD, 0
    allowed = typos_allowed(name.key)
    typos = typos_between(name.key, word, allowed)
    return TYPO, -typos if typos <= allowed else -(MAX_TYPOS + 1)


@compiled
def _near(given: Parameters) -> QuerySet[Any, Any]:
    viewer, pk = given.person("viewer"), OuterRef("pk")
    mine = Follow.objects.accepted().filter(follower=viewer.pk)
    sample = ArraySubquery(mine.order_by("-id").values("followee")[:FOLLOWEES])
    near = Follow.objects.accepted().filter(any_of("follower", sample), followee=pk)
    # Of an EXISTS PostgreSQL may make a hash of all whom the sample follows.
    is_near = IsNull(Subquery(near.order_by().values("pk")[:1]), False)
    people = people_visible_to(viewer).filter(any_of("pk", given.ids("people")))
    return people.values_list("pk", Exists(mine.filter(followee=pk)), is_near)


def _nearness(viewer: AbstractBaseUser, ids: list[int]) -> dict[int, int]:
    """Of those who exist for the viewer: 2 whom they follow, 1 whom some of their people follow, 0 the others."""
    rows = _near().rows(viewer=viewer.pk, people=ids)
    return {pk: 2 if followed else int(near) for pk, followed, near in rows}


def _position(rank: Rank) -> Position:
    return [rank.match, rank.closeness, rank.relation, rank.weight, rank.negative_id]
