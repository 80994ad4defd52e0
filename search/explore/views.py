"""`GET /v1/explore`."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.authentication import viewer_of
from api.problem_schema import error_codes
from posts.examples import PERSON, POST
from posts.models import Post
from search.explore import reading
from search.pages import result_page_response
from search.serializers import ExploreEntrySerializer

_EXAMPLE = OpenApiExample(
    "a popular post",
    {"post": POST, "reason": {"kind": "liked_by_people_you_follow", "count": 2, "people": [PERSON]}},
    response_only=True,
)


class ExploreViewSet(GenericViewSet[Any]):
    """Popular recent posts of people one does not follow."""

    queryset = Post.objects.none()
    serializer_class = ExploreEntrySerializer

    @extend_schema(
        tags=["search"],
        operation_id="explore",
        summary="Explore",
        extensions=error_codes("busy"),
        description="Popular recent public posts of people you do not follow, varied by author, each with its reason.",
        responses={200: ExploreEntrySerializer(many=True)},
        examples=[_EXAMPLE],
    )
    def list(self, request: Request) -> Response:
        return result_page_response(self, "explore", reading.explore_page)

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "viewer": viewer_of(self.request)}
