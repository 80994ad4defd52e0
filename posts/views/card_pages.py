"""Pages of posts, answered from cards."""

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpResponse

from api.compiled import CompiledRead
from api.etags import etag_of, is_known, not_modified, tagged
from api.ids import MAX_ID
from api.json_responses import json_page
from api.pagination import (
    NewerPages,
    Upwards,
    above_page,
    begin_upwards,
    decode_either,
    encode_cursor,
    encode_newer,
    go_on_upwards,
    limit_of,
)
from api.viewsets import BaseViewSet
from posts.cards import claims_of, posts_as_json
from posts.serializers import PostSerializer


class CardPages(BaseViewSet):
    """Lists of posts."""

    output: Any = PostSerializer
    pagination_class: Any = NewerPages
    by_time = True
    """Whether the list is ordered by ids of posts: they are older than the commits of their rows."""

    def listed(self, read: Callable[..., CompiledRead], *, upwards: bool = True, **given: Any) -> HttpResponse:
        """A page of a list of `posts/cards/reads.py:listed_by`."""
        scope, limit, cursor = self.request.path, limit_of(self.request), self.request.query_params.get("cursor")
        position, up = decode_either(scope, cursor) if cursor else (MAX_ID, None)
        newer = up is not None
        count = limit if newer else limit + 1
        rows = read(count=count, newer=newer).rows(viewer=self.me.pk, position=position, **given)
        shown = rows[::-1] if newer else rows[:limit]
        more = newer or len(rows) > limit
        after = encode_cursor(scope, shown[-1][-1]) if shown and more else None
        newest = shown[0][-1] if shown else position if newer else above_page(position)
        above = self._above(newest, up, full=len(rows) == limit)
        return self.cards(shown, after, encode_newer(scope, above) if upwards else None)

    def _above(self, newest: int, up: Upwards | None, *, full: bool) -> Upwards:
        """Where asking for newer posts begins: what appears late below the newest must not be missed."""
        if not self.by_time:
            return Upwards(newest, newest)
        return begin_upwards(newest) if up is None else go_on_upwards(up, newest, full=full)

    def cards(self, rows: Sequence[Any], after: str | None, before: str | None = None) -> HttpResponse:
        """The answer for these rows of `as_card_rows`."""
        if any(row[1] is None for row in rows):  # a post that waits for its media changes by itself
            return json_page(self.request, self.filled(rows), next=after, previous=before)
        etag = etag_of(self.me.pk, rows, after, before, claims_of(rows))
        if is_known(self.request, etag):
            return not_modified(etag)
        return tagged(json_page(self.request, self.filled(rows), next=after, previous=before), etag)

    def filled(self, rows: Sequence[Any]) -> Sequence[bytes]:
        """Each row's JSON."""
        return posts_as_json(self.me, rows)
