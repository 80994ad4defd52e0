"""The newest posts of tags, places and cells of the map, at a cost that does not grow with how many there are.

The newest few uses of each key are looked up in the index (LATERAL), whoever may see them, and go through the
visibility rule. Where it hides so many of them that a page would not be full, the next and larger window is looked at:
so neither the length of a page nor its cursor tells how many are hidden.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db import connection

from posts.models.posts import Post

MAX_CANDIDATES = 500
MIN_OF_EACH = 200  # a page of 100, and as many hidden ones, in one query
FIRST = 3  # of one key, times the rows that are wanted: few are hidden
GROWTH = 4  # of a window over the one before
MAX_WINDOW = 100_000
Row = TypeVar("Row")

# In the index's order or not at all: for a key that it takes for a small one, the planner would read it all and sort.
_ORDERLY = "SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off; "
_EACH = _ORDERLY + "SELECT ARRAY({0}) FROM unnest(%s::bigint[]) AS key"  # noqa: S608
_LIVE = str(Post.objects.live().values("place_id", "timeline_id").query)  # without values: they are all `IS NULL`
_LAST = "timeline_id < %s ORDER BY timeline_id DESC LIMIT %s"
OF_TAGS = _EACH.format(f"SELECT timeline_id FROM posts_posttag WHERE tag_id = key AND {_LAST}")  # noqa: S608
OF_PLACES = _EACH.format(f"SELECT timeline_id FROM ({_LIVE}) live WHERE place_id = key AND {_LAST}")  # noqa: S608
OF_CELLS = _EACH.format(f"SELECT timeline_id FROM posts_postcell WHERE cell = key AND {_LAST}")  # noqa: S608


@dataclass(frozen=True)
class Candidates:
    """Timeline ids, newest first. Below `horizon` there may be more; None: these are all."""

    ids: list[int]
    horizon: int | None


def candidates(source: str, keys: Sequence[int], *, below: int, most: int = MAX_CANDIDATES) -> Candidates:
    """The newest uses of any of `keys` before `below`, each post once, complete down to the horizon."""
    of_each = max(min(MIN_OF_EACH, most), most // max(1, len(keys)))
    with connection.cursor() as cursor:
        cursor.execute(source, [below, of_each, list(keys)])
        found = [row[0] for row in cursor.fetchall()]
    horizon = max((ids[-1] for ids in found if len(ids) == of_each), default=None)
    ids = sorted({one for ids in found for one in ids if horizon is None or one >= horizon}, reverse=True)
    return Candidates(ids[:most], ids[most - 1]) if len(ids) > most else Candidates(ids, horizon)


def windows(source: str, keys: Sequence[int], *, below: int, most: int = MAX_CANDIDATES) -> Iterator[list[int]]:
    """All uses of any of `keys` before `below`, newest first, in windows that grow from `most` on. Each costs one
    query."""
    while True:
        found = candidates(source, keys, below=below, most=most)
        yield found.ids
        if found.horizon is None:
            return
        below, most = found.horizon, min(most * GROWTH, MAX_WINDOW)


def newest_visible(
    source: str, keys: Sequence[int], visible: Callable[[int, Sequence[int]], Sequence[Row]], *, below: int, count: int
) -> list[Row]:
    """The newest `count` rows that may be seen. `visible(n, ids)` gives the newest n rows of those timeline ids."""
    rows: list[Row] = []
    first = FIRST * count if len(keys) == 1 else MAX_CANDIDATES
    for ids in windows(source, keys, below=below, most=first):
        rows += visible(count - len(rows), ids)
        if len(rows) >= count:
            break
    return rows
