"""People, by prefixes of their names and with typos.

Postgres names a few candidates, each read from an index in the order wanted, so that one letter costs no more than ten;
who of them exists for the viewer is the visibility rule's to say. Ranked by match, closeness, relation, popularity.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet, prefetch_related_objects

from accounts.models import User
from api.compiled import Parameters, any_of, compiled
from search.bounds import bounded
from search.people.names import MAX_TYPOS, Name, asked, swapped, typos_allowed, typos_between
from search.result import Position, ResultPage
from social.models import Follow
from social.people import for_display, people_visible_to, with_relation_to

EXACT, USERNAME, WORD, TYPO = 3, 2, 1, 0  # how well it matches
MAX_CANDIDATES = 100  # candidates of each kind
MAX_READ = 2000  # of a prefix longer than the indexes that are ordered by popularity
FOLLOWEES = 100  # whose followees count as near
ENOUGH = 20  # matches without typos, after which none are looked for
LETTERS_BY_WEIGHT = 3

_BY_WEIGHT = """
SELECT document_id, word, is_username, weight FROM search_personword w
WHERE is_username = {whole} AND left(word, {letters}) = %(text)s {others}
ORDER BY weight DESC, document_id LIMIT %(most)s
"""
_BY_PREFIX = """
SELECT * FROM (
    SELECT document_id, word, is_username, weight FROM search_personword w
    WHERE is_username = {whole} AND word LIKE %(prefix)s {others} LIMIT %(most_read)s
) read ORDER BY weight DESC, document_id LIMIT %(most)s
"""
_FOLLOWED = """
SELECT w.document_id, w.word, w.is_username, w.weight
FROM (
    SELECT followee_id FROM social_follow
    WHERE follower_id = %(viewer)s AND accepted_at IS NOT NULL ORDER BY id DESC LIMIT 1000
) mine JOIN search_personword w ON w.document_id = mine.followee_id
WHERE w.word LIKE %(prefix)s {others} ORDER BY w.weight DESC, w.document_id LIMIT %(most)s
"""
_SIMILAR = """
SELECT document_id, word, is_username, weight FROM search_personword w
WHERE word %% %(text)s AND (SELECT count(*) FROM found) < %(enough)s {others}
ORDER BY similarity(word, %(text)s) DESC, weight DESC, document_id LIMIT %(most)s
"""
_SWAPPED = """
SELECT document_id, word, is_username, weight FROM search_personword w
WHERE word = ANY(%(swapped)s) AND (SELECT count(*) FROM found) < %(enough)s {others}
ORDER BY weight DESC, document_id LIMIT %(most)s
"""
_EXACT = """
SELECT document_id, word, is_username, weight FROM search_personword WHERE is_username AND word = ANY(%(handles)s)
"""
_OTHERS = "AND EXISTS (SELECT FROM search_personword o WHERE o.document_id = w.document_id AND o.word LIKE %(other{})s)"


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
        return ResultPage(_cards(viewer, [-rank.negative_id for rank in page]), _position(page[-1]) if more else None)


def _ranked(viewer: AbstractBaseUser, name: Name) -> list[Rank]:
    matches = _matches(_candidates(viewer, name), name)
    near = _nearness(viewer, list(matches))
    return [Rank(*matches[pk][:2], near[pk], matches[pk][2], -pk) for pk in near]


def _candidates(viewer: AbstractBaseUser, name: Name) -> list[tuple[int, str, bool, int]]:
    if not name.whole:
        return []
    key = name.key
    others = [word for word in name.words if word != key]
    sql = _statement(name, key, others)
    values: dict[str, Any] = {f"other{i}": _prefix(word) for i, word in enumerate(others)}
    values |= {"text": key, "prefix": _prefix(key), "handles": list(_handles(name))}
    values |= {f"handle{i}": handle for i, handle in enumerate(_handles(name))}
    values |= {f"handle_prefix{i}": _prefix(handle) for i, handle in enumerate(_handles(name))}
    values |= {
        "most": MAX_CANDIDATES,
        "most_read": MAX_READ,
        "enough": ENOUGH,
        "viewer": viewer.pk,
        "swapped": swapped(key),
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[tuple[int, str, bool, int]] = cursor.fetchall()
    return rows


def _statement(name: Name, key: str, others: list[str]) -> str:
    """One statement, so that a search costs the same number of queries whatever it finds."""
    also = " ".join(_OTHERS.format(i) for i in range(len(others)))
    found = [
        _lookup(key).format(whole="false", letters=len(key), others=also),
        _FOLLOWED.format(others=also),
    ]
    if " " not in name.whole:
        for i, handle in enumerate(_handles(name)):
            named = _lookup(handle).replace("%(text)s", f"%(handle{i})s").replace("%(prefix)s", f"%(handle_prefix{i})s")
            found.append(named.format(whole="true", letters=len(handle), others=""))
        found.append(_EXACT)
    typos = [_SIMILAR.format(others=also), _SWAPPED.format(others=also)] if typos_allowed(key) else []
    parts = [f"WITH found AS MATERIALIZED ({_union(found)}) SELECT * FROM found"]  # noqa: S608 (no value in it)
    return " UNION ALL ".join([*parts, *map("({})".format, typos)])


def _union(parts: list[str]) -> str:
    return " UNION ALL ".join(f"({part})" for part in parts)


def _handles(name: Name) -> dict[str, int]:
    """What user names are compared with, and how close that is: as typed, and without dots and underscores."""
    return {name.compact: -1, name.whole: 0}


def _lookup(text: str) -> str:
    return _BY_WEIGHT if len(text) <= LETTERS_BY_WEIGHT else _BY_PREFIX


def _prefix(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"{escaped}%"


def _matches(rows: list[tuple[int, str, bool, int]], name: Name) -> dict[int, tuple[int, int, int]]:
    """How well and how closely each matches, at best, and their weight."""
    best: dict[int, tuple[int, int, int]] = {}
    for pk, word, is_username, weight in rows:
        match, closeness = _match(word, is_username, name)
        if closeness >= -MAX_TYPOS:
            best[pk] = max(best.get(pk, (TYPO, -9, 0)), (match, closeness, weight))
    return best


def _match(word: str, is_username: bool, name: Name) -> tuple[int, int]:
    handles = _handles(name) if is_username else {}
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
def _followees(given: Parameters) -> QuerySet[Any, Any]:
    mine = Follow.objects.accepted().filter(follower=given.id("viewer"))
    return mine.order_by("-id").values_list("followee", flat=True)[:FOLLOWEES]


@compiled
def _near(given: Parameters) -> QuerySet[Any, Any]:
    viewer = given.person("viewer")
    followed = Follow.objects.accepted().filter(follower=viewer.pk, followee=OuterRef("pk"))
    near = Follow.objects.accepted().filter(any_of("follower", given.ids("sample")), followee=OuterRef("pk"))
    people = people_visible_to(viewer).filter(any_of("pk", given.ids("people")))
    return people.values_list("pk", Exists(followed), Exists(near))


@compiled
def _shown(given: Parameters) -> QuerySet[User]:
    viewer = given.person("viewer")
    return for_display(with_relation_to(viewer, people_visible_to(viewer).filter(any_of("pk", given.ids("people")))))


def _nearness(viewer: AbstractBaseUser, ids: list[int]) -> dict[int, int]:
    """Of those who exist for the viewer: 2 whom they follow, 1 whom some of their people follow, 0 the others."""
    sample = _followees().column(viewer=viewer.pk)
    rows = _near().rows(viewer=viewer.pk, people=ids, sample=sample)
    return {pk: 2 if followed else int(near) for pk, followed, near in rows}


def _cards(viewer: AbstractBaseUser, ids: list[int]) -> list[User]:
    """In this order, through the rule once more."""
    people = _shown().instances(viewer=viewer.pk, people=ids)
    prefetch_related_objects(people, "avatar__renditions")
    rows = {person.pk: person for person in people}
    return [rows[pk] for pk in ids if pk in rows]


def _position(rank: Rank) -> Position:
    return [rank.match, rank.closeness, rank.relation, rank.weight, rank.negative_id]
