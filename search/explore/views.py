"""`GET /v1/explore`."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.viewsets import BaseViewSet
from search.explore import reading
from search.pages import result_page_response
from search.serializers import ExploreEntrySerializer


class ExploreViewSet(BaseViewSet):
    """Popular recent posts of people one does not follow."""

    tag = "search"
    output = ExploreEntrySerializer
    error_codes = {"list": ["busy"]}

    @extend_schema(operation_id="explore")
    def list(self, request: Request) -> Response:
        """Explore.

        Popular recent public posts of people you do not follow, varied by author, each with its reason.
        """
        return result_page_response(self, "explore", reading.explore_page)
