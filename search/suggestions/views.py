"""`/v1/suggestions`."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from api.viewsets import BaseViewSet
from search.pages import result_page_response
from search.serializers import SuggestionSerializer
from search.suggestions import candidates
from search.suggestions.actions import dismiss


class SuggestionsViewSet(BaseViewSet):
    """People one may know."""

    tag = "search"
    output = SuggestionSerializer

    def list(self, request: Request) -> Response:
        """People you may know.

        Those whom people you follow follow, those who follow you, then popular ones; with the reason.
        """
        return result_page_response(self, "suggestions", candidates.suggestions_for)

    @extend_schema(operation_id="dismiss_suggestion")
    def destroy(self, request: Request, username: str) -> Response:
        """Do not suggest somebody again."""
        person = User.objects.named(username).first()
        if person is not None:
            dismiss(user=self.me, person_id=person.pk)
        return self.done()
