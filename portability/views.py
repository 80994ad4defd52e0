"""`/v1/me/exports`: one's own data, to take along."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from api.viewsets import BaseViewSet
from portability import actions
from portability.models import Export
from portability.serializers import ExportSerializer


class ExportViewSet(BaseViewSet):
    """All that one has here, in archives made by a worker."""

    lookup_value_regex = "[0-9]{1,19}"
    output = ExportSerializer

    def get_queryset(self) -> QuerySet[Export]:
        return Export.objects.owned_by(self.me).for_display()

    def list(self, request: Request) -> Response:
        """One's exports of the last week, newest first."""
        return self.paginated(self.get_queryset())

    @extend_schema(responses={202: ExportSerializer})
    def create(self, request: Request) -> Response:
        """Ask for one's data.

        A worker makes one archive (several of a gibibyte each, where there is more): the originals byte for byte, a
        JSON document for each kind of thing, and `index.html`, which shows posts and stories without a server. Ask
        `GET /v1/me/exports/{id}` how far it is. Asked for again within a day, the answer is the same export.
        """
        export = actions.request_export(owner=self.me)
        response = self.created(f"/v1/me/exports/{export.pk}", export)
        response.status_code = status.HTTP_202_ACCEPTED
        return response

    def retrieve(self, request: Request, pk: str) -> Response:
        """One export.

        When it is ready, each archive has an address that needs no log-in and is good for a few minutes; `Range`
        resumes a download, at a fresh address too.
        """
        return self.answer(self.get_object())
