"""Pages of posts, answered from cards."""

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpResponse

from api.compiled import CompiledRead
from api.compiled_pages import CompiledPages, Rows
from api.etags import etag_of, is_known, not_modified, tagged
from api.ids import settled_id
from api.json_responses import json_page
from posts.cards import claims_of, posts_as_json
from posts.serializers import PostSerializer


class CardPages(CompiledPages):
    """Lists of posts."""

    output: Any = PostSerializer
    by_time = True
    """Whether the list is ordered by ids of posts: they are older than the commits of their rows."""

    def listed(self, read: Callable[..., CompiledRead], **given: Any) -> HttpResponse:
        """A page of a list of `posts/cards/reads.py:listed_by`."""
        return self.cards(*self.page_of(read, **given))

    def settled(self, rows: Rows, *, more: bool, **given: Any) -> int | None:
        return settled_id() if self.by_time else None

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
