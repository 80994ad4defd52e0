"""What pages of tags and places share: newest first, exact whatever is hidden between."""

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpResponse

from api.ids import MAX_ID
from api.pagination import decode_cursor, encode_cursor, limit_of
from posts.models.candidates import newest_visible
from posts.views.card_pages import CardPages


class LabelPosts(CardPages):
    """Full pages of what the viewer may see; `next` says if there is more of that."""

    def newest(
        self, source: str, keys: Sequence[int], among: Callable[[int, Sequence[int]], Sequence[Any]], *, scope: str
    ) -> HttpResponse:
        """A page of what stands in `source` (posts/models/candidates.py) under any of `keys`.

        `among(count, timeline_ids)` gives the rows of those that the viewer may see, newest first.
        """
        cursor = self.request.query_params.get("cursor")
        limit = limit_of(self.request)
        below = decode_cursor(scope, cursor) if cursor else MAX_ID
        rows = newest_visible(source, keys, among, below=below, count=limit + 1)
        after = rows[limit - 1][1] if len(rows) > limit else None
        return self.cards(rows[:limit], encode_cursor(scope, after) if after else None)
