"""People, by prefixes of their names and with typos.

Postgres names a few candidates (search/people/candidates.py) who exist for the viewer, so that one letter costs no more
than ten. Ranked by match, closeness, relation, popularity.
"""

from typing import NamedTuple

from django.contrib.auth.base_user import AbstractBaseUser

from search.bounds import bounded
from search.people.candidates import candidates, handles_of
from search.people.names import MAX_TYPOS, Name, asked, typos_allowed, typos_between
from search.result import Position, ResultPage
from social.profiles import profiles_as_json

EXACT, USERNAME, WORD, TYPO = 3, 2, 1, 0  # how well it matches


class Rank(NamedTuple):
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
        return ResultPage(people, [*page[-1]] if more else None)


def _ranked(viewer: AbstractBaseUser, name: Name) -> list[Rank]:
    """Those who match, by their best word."""
    best: dict[int, Rank] = {}
    handles = handles_of(name)
    for pk, word, is_username, weight, relation in candidates(viewer.pk, name) if name.whole else []:
        match, closeness = _match(word, name, handles if is_username else {})
        if closeness >= -MAX_TYPOS:
            rank = Rank(match, closeness, relation, weight, -pk)
            if pk not in best or best[pk] < rank:
                best[pk] = rank
    return list(best.values())


def _match(word: str, name: Name, handles: dict[str, int]) -> tuple[int, int]:
    """How well the word matches, and how close that is; `handles`: what user names are compared with, if it is one."""
    if word in handles:
        return EXACT, handles[word]
    if begun := [closeness for handle, closeness in handles.items() if word.startswith(handle)]:
        return USERNAME, max(begun)
    if word.startswith(tuple(name.words)):
        return WORD, 0
    allowed = typos_allowed(name.key)
    typos = typos_between(name.key, word, allowed)
    return TYPO, -typos if typos <= allowed else -(MAX_TYPOS + 1)
