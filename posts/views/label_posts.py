"""What pages of tags and places share: newest first, among candidates of a bounded number."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from rest_framework.response import Response

from api.ids import MAX_ID
from api.pagination import decode_cursor, encode_cursor, limit_of, page_response
from api.viewsets import BaseViewSet
from posts.models import Post
from posts.models.candidates import candidates, newest_page
from posts.serializers import PostSerializer


class LabelPosts(BaseViewSet):
    """Pages may be shorter than asked where candidates are hidden from the viewer; `next` says if there are more."""

    output: type[Any] | None = PostSerializer

    def newest(self, source: str, keys: Sequence[int], posts: QuerySet[Post], *, scope: str) -> Response:
        """A page of those `posts` that stand in `source` (posts/models/candidates.py) under any of `keys`."""
        cursor = self.request.query_params.get("cursor")
        limit = limit_of(self.request)
        found = candidates(source, keys, below=decode_cursor(scope, cursor) if cursor else MAX_ID)
        rows, after = newest_page(found, posts, limit=limit)
        return self.answer_page(rows, encode_cursor(scope, after) if after else None)

    def answer_page(self, rows: Iterable[Any], cursor: str | None) -> Response:
        return page_response(self.request, self.represent(rows, many=True), cursor)
