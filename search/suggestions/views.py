"""`/v1/suggestions`."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.authentication import viewer_of
from accounts.models import User
from posts.examples import PERSON
from search.pages import result_page_response
from search.serializers import SuggestionSerializer
from search.suggestions import candidates
from search.suggestions.actions import dismiss

_ALICE = {"id": "7312849021001002", "username": "alice", "name": "Alice", "avatar": None, "is_private": False}
_EXAMPLE = OpenApiExample(
    "somebody",
    {"user": PERSON, "reason": {"kind": "followed_by_people_you_follow", "count": 3, "people": [_ALICE]}},
    response_only=True,
)


class SuggestionsViewSet(GenericViewSet[Any]):
    """People one may know."""

    queryset = User.objects.none()
    serializer_class = SuggestionSerializer

    @property
    def throttle_scope(self) -> str:
        return "default" if self.request.method in SAFE_METHODS else "write"

    @extend_schema(
        tags=["search"],
        summary="People you may know",
        description="Those whom people you follow follow, those who follow you, then popular ones; with the reason.",
        responses={200: SuggestionSerializer(many=True)},
        examples=[_EXAMPLE],
    )
    def list(self, request: Request) -> Response:
        return result_page_response(self, "suggestions", candidates.suggestions_for)

    @extend_schema(
        tags=["search"],
        operation_id="dismiss_suggestion",
        summary="Do not suggest somebody again",
        parameters=[OpenApiParameter("username", str, OpenApiParameter.PATH)],
        responses={204: None},
    )
    def destroy(self, request: Request, username: str) -> Response:
        person = User.objects.named(username).first()
        if person is not None:
            dismiss(user=viewer_of(request), person_id=person.pk)
        return Response(status=status.HTTP_204_NO_CONTENT)
