"""`GET /v1/feed`."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request

from accounts.models import User
from api.etags import etag_of, is_known, not_modified, tagged
from api.examples import answered
from api.json_responses import json_page
from api.metrics import FEED_READS
from api.pagination import decode_either, encode_cursor, encode_newer, limit_of
from api.viewsets import BaseViewSet
from feed import reading
from posts.cards import claims_of, posts_as_json
from posts.examples import POST
from posts.serializers import PostSerializer

SCOPE = "feed"
LIMIT = 100
_EXAMPLE = answered(
    "a feed",
    {
        "results": [POST],
        "next": None,
        "previous": "WyJmZWVkIG5ld2VyIiw3MzEyXQ:b1sKc0",
        "source": "cache",
        "generated_at": "2026-11-22T10:00:00.000000Z",
    },
)


@extend_schema_serializer(many=False, component_name="FeedPage", examples=[_EXAMPLE])
class FeedPageSerializer(serializers.Serializer[Any]):
    """A page of the feed, and where it came from."""

    results = PostSerializer(many=True)
    next = serializers.CharField(allow_null=True, help_text="Pass it as `cursor` for the next page.")
    previous = serializers.CharField(help_text="Pass it as `cursor` for what is newer than this page.")
    source = serializers.ChoiceField([reading.CACHE, reading.REBUILT, reading.DATABASE])  # type: ignore[assignment]
    generated_at = serializers.DateTimeField(help_text="When the precomputed feed was built; now, without one.")


_HEADERS = [
    OpenApiParameter("Feed-Source", str, OpenApiParameter.HEADER, response=True, description="`source`."),
    OpenApiParameter("Feed-Generated-At", str, OpenApiParameter.HEADER, response=True, description="`generated_at`."),
]


class FeedViewSet(BaseViewSet):
    """The posts of oneself and of the people one follows, newest first."""

    output = FeedPageSerializer
    error_codes = {"list": ["busy"]}
    pagination_class = None

    @extend_schema(
        operation_id="get_feed",
        parameters=[
            OpenApiParameter("limit", int, description="1 to 100; 100 if it is not given."),
            OpenApiParameter("cursor", str, description="`next` or `previous` of another page."),
            *_HEADERS,
        ],
    )
    def list(self, request: Request) -> HttpResponse:
        """My feed.

        The precomputed feed, newest first. `next` goes on into the past for as long as there are posts. `previous`
        gives a page of what came next, newest first: ask with the `previous` of each answer until one has fewer than
        `limit` posts, then later with its `previous`, and none is missed. It repeats posts of the last minutes; tell
        them by their ids. With `If-None-Match`, 304 says that nothing has changed.
        """
        page = _page(request, self.me)
        FEED_READS.labels(page.source).inc()
        after = encode_cursor(SCOPE, page.position) if page.position else None
        before = encode_newer(SCOPE, page.above)
        told = {"source": page.source, "generated_at": page.generated_at}
        etag = _tag_of(self.me, page, after, before)
        response: HttpResponse
        if is_known(request, etag):
            response = not_modified(etag)
        else:
            cards = posts_as_json(self.me, page.rows)
            response = tagged(json_page(request, cards, next=after, previous=before, **told), etag)
        response["Feed-Source"], response["Feed-Generated-At"] = page.source, page.generated_at
        return response


def _tag_of(viewer: User, page: reading.Page, after: str | None, before: str) -> str:
    """Weak: where the page was read from, and when that was made, are in it and are no change of it."""
    return f"W/{etag_of(viewer.pk, page.rows, after, before, claims_of(page.rows))}"


def _page(request: Request, viewer: User) -> reading.Page:
    limit, cursor = limit_of(request, default=LIMIT), request.query_params.get("cursor")
    if not cursor:
        return reading.page(viewer, limit=limit)
    position, up = decode_either(SCOPE, cursor)
    if up is not None:
        return reading.page_above(viewer, limit=limit, up=up)
    return reading.page(viewer, limit=limit, below=position)
