"""The newest posts of tags, places and cells of the map, at a cost that does not grow with how many there are.

The newest few uses of each key are looked up in the index (LATERAL), whoever may see them; only these go through the
visibility rule. A page may therefore be shorter than asked, even empty, and still have a next one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from posts.models.posts import Post

MAX_CANDIDATES = 500
MIN_OF_EACH = 100

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


def candidates(
    source: str, keys: Sequence[int], *, below: int, most: int = MAX_CANDIDATES, of_each: int | None = None
) -> Candidates:
    """The newest uses of any of `keys` before `below`, each post once, complete down to the horizon."""
    of_each = of_each or max(MIN_OF_EACH, most // max(1, len(keys)))
    with connection.cursor() as cursor:
        cursor.execute(source, [below, of_each, list(keys)])
        found = [row[0] for row in cursor.fetchall()]
    horizon = max((ids[-1] for ids in found if len(ids) == of_each), default=None)
    ids = sorted({one for ids in found for one in ids if horizon is None or one >= horizon}, reverse=True)
    return Candidates(ids[:most], ids[most - 1]) if len(ids) > most else Candidates(ids, horizon)
