"""The precomputed feeds in Redis. Knows ids, no models: what may be shown is decided by Postgres, at read time.

A feed is a list of timeline ids, newest at the head, and a small hash beside it. The list takes pushes with LPUSHX, so
that only a feed which is maintained grows; an empty feed holds the id 0, for Redis keeps no empty lists. Pushes may
repeat and come late: readers sort and drop repeats. The hash holds the *floor*, the oldest id down to which the list is
complete; below it, Postgres answers. It also holds whose posts are not pushed here, but pulled when the feed is read
(models.py:PulledAuthor). Every call may raise `redis.RedisError`.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils import timezone

from api.redis import feeds
from api.times import time_text
from feed import scripts

MARK_SECONDS = 30  # a builder that takes longer has died; statements end after 10
PUSHES_AT_ONCE = 1000


@dataclass(frozen=True)
class Timeline:
    """A complete feed as Redis holds it: `ids` newest first, each once, none below `floor` (0: nothing is older).

    `pulled`: authors whose posts are to be pulled; those who got a number above `pulled_upto` may be missing there.
    """

    ids: list[int]
    floor: int
    built_at: str
    built_by: str
    pulled: list[int] = field(default_factory=list)
    pulled_upto: int = 0


def now_text() -> str:
    """This moment as the API writes it."""
    return time_text(timezone.now())


def key_of(user_id: int) -> str:
    """The list's key; the braces keep all keys of a feed in one slot of a cluster."""
    return f"feed:{{{user_id}}}"


def read(user_id: int, *, keep_alive: bool = True) -> Timeline | None:
    """The feed in one round trip, kept alive for another week; None if it is missing or still being built."""
    answer = _run(scripts.READ, user_id, settings.FEED_TTL_SECONDS if keep_alive else 0)
    if answer is None:
        return None
    floor, built_at, built_by, pulled, upto, *ids = answer
    lowest = max(int(floor), 1)
    newest_first = sorted({number for number in map(int, ids) if number >= lowest}, reverse=True)
    authors = sorted({int(author) for author in pulled.split()})
    return Timeline(newest_first, int(floor), built_at.decode(), built_by.decode(), authors, int(upto))


def begin(user_id: int, *, force: bool = False) -> str | None:
    """Marks the feed as being built, so that pushes land from now on; a token for `complete`.

    None if somebody else is building, or if it is complete (unless `force`).
    """
    token = secrets.token_hex(8)
    return token if _run(scripts.BEGIN, user_id, token, MARK_SECONDS, int(force)) else None


def complete(
    user_id: int,
    token: str,
    ids: Sequence[int],
    *,
    floor: int = 0,
    by: str,
    pulled: Iterable[int] = (),
    pulled_upto: int = 0,
) -> bool:
    """Joins what was built with what was pushed meanwhile. False if the mark is gone: then it was all in vain."""
    return _merge(user_id, ids, floor, token=token, by=by, pulled=pulled, pulled_upto=pulled_upto) >= 0


def abandon(user_id: int, token: str) -> None:
    """Takes back the mark of a build that failed."""
    _run(scripts.ABANDON, user_id, token)


def merge(user_id: int, ids: Sequence[int], *, floor: int) -> int | None:
    """Adds ids to a feed that is there, raising its floor to `floor`; how many it holds now, None if there is none."""
    count = _merge(user_id, ids, floor)
    return count if count >= 0 else None


def pull(user_id: int, author_id: int) -> bool:
    """Has the posts of this author pulled into the feed from now on. False if there is no such feed."""
    return bool(_run(scripts.PULL, user_id, f"{author_id} "))


def push(user_ids: Sequence[int], timeline_id: int) -> None:
    """Puts one id on the feeds of these people, where they have one, and cuts those that grew too long."""
    pipe = feeds().pipeline(transaction=False)
    for user_id in user_ids:
        pipe.lpushx(key_of(user_id), timeline_id)
    lengths = pipe.execute()
    too_long = [user_id for user_id, length in zip(user_ids, lengths, strict=True) if length > settings.FEED_CUT_ABOVE]
    for user_id in too_long:
        _merge(user_id, (), 0, client=pipe)
    if too_long:
        pipe.execute()


def forget(user_id: int) -> None:
    """Removes a feed, and what is known of it."""
    feeds().delete(key_of(user_id), f"{key_of(user_id)}:meta")


def owners(cursor: int, count: int) -> tuple[int, list[int]]:
    """Some people who have a feed, and where to go on (0: all were seen). Who has one throughout is met in a round."""
    found: list[int] = []
    while True:
        cursor, keys = feeds().scan(cursor, match=f"{key_of(0)[:6]}*:meta", count=1000)
        found += [int(key[6:-6]) for key in keys]
        if cursor == 0 or len(found) >= count:
            return cursor, found


def _merge(
    user_id: int,
    ids: Iterable[int],
    floor: int,
    *,
    token: str = "",
    by: str = "",
    pulled: Iterable[int] = (),
    pulled_upto: int = 0,
    client: Any = None,
) -> int:
    authors = "".join(f"{author} " for author in pulled)
    built = (settings.FEED_KEEP, settings.FEED_TTL_SECONDS, now_text(), by, authors, pulled_upto)
    return _run(scripts.MERGE, user_id, token, floor, *built, *ids, client=client)  # type: ignore[no-any-return]


def _run(script: str, user_id: int, *arguments: Any, client: Any = None) -> Any:
    key = key_of(user_id)
    return feeds().register_script(script)(keys=[key, f"{key}:meta"], args=arguments, client=client)
