"""`GET /v1/feed`."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.models import User
from api.ids import MAX_ID
from api.metrics import FEED_READS
from api.pagination import decode_cursor, encode_cursor, limit_of, page_response
from api.problem_schema import error_codes
from feed import reading
from posts.examples import POST
from posts.models import Post
from posts.serializers import PostSerializer

SCOPE = "feed"


@extend_schema_serializer(many=False, component_name="FeedPage")
class FeedPageSerializer(serializers.Serializer[Any]):
    """A page of the feed, and where it came from."""

    results = PostSerializer(many=True)
    next = serializers.CharField(allow_null=True, help_text="Pass it as `cursor` for the next page.")
    source = serializers.ChoiceField([reading.CACHE, reading.REBUILT, reading.DATABASE])  # type: ignore[assignment]
    generated_at = serializers.DateTimeField(help_text="When the precomputed feed was built; now, without one.")


_HEADERS = [
    OpenApiParameter("Feed-Source", str, OpenApiParameter.HEADER, response=True, description="`source`."),
    OpenApiParameter("Feed-Generated-At", str, OpenApiParameter.HEADER, response=True, description="`generated_at`."),
]
_EXAMPLE = OpenApiExample(
    "a feed",
    {"results": [POST], "next": None, "source": "cache", "generated_at": "2026-11-22T10:00:00.000000Z"},
    response_only=True,
)


class FeedViewSet(GenericViewSet[Post]):
    """The posts of oneself and of the people one follows, newest first."""

    queryset = Post.objects.none()
    serializer_class = PostSerializer
    pagination_class = None
    filter_backends = []

    @extend_schema(
        tags=["feed"],
        operation_id="get_feed",
        summary="My feed",
        extensions=error_codes("busy"),
        description="The precomputed feed, newest first; `next` goes on into the past for as long as there are posts.",
        parameters=[
            OpenApiParameter("limit", int, description="1 to 100; 100 if it is not given."),
            OpenApiParameter("cursor", str, description="`next` of the page before."),
            *_HEADERS,
        ],
        responses={200: FeedPageSerializer},
        examples=[_EXAMPLE],
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        assert isinstance(request.user, User)
        cursor = request.query_params.get("cursor")
        below = decode_cursor(SCOPE, cursor) if cursor else MAX_ID
        page = reading.page(request.user, limit=limit_of(request, default=100), below=below)
        FEED_READS.labels(page.source).inc()
        posts = self.get_serializer(page.posts, many=True).data  # the fragments' seam: bytes of posts instead
        after = encode_cursor(SCOPE, page.position) if page.position else None
        told = {"source": page.source, "generated_at": page.generated_at}
        response = page_response(request, posts, after, **told)
        response["Feed-Source"], response["Feed-Generated-At"] = page.source, page.generated_at
        return response

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "viewer": self.request.user}
