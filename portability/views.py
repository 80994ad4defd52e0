"""`/v1/me/exports` and `/v1/me/imports`: one's own data, to take along and to bring."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from api.pagination import NewerPages
from api.viewsets import BaseViewSet
from portability import actions
from portability.models import Export, Import, ImportItem
from portability.serializers import ExportSerializer, ImportInput, ImportSerializer, SkippedSerializer


class ExportViewSet(BaseViewSet):
    """All that one has here, in archives made by a worker."""

    lookup_value_regex = "[0-9]{1,19}"
    output = ExportSerializer
    pagination_class = NewerPages

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


class ImportViewSet(BaseViewSet):
    """Posts of another server of this kind, or of Instagram, from the archive that one gets there."""

    inputs = {"create": ImportInput}
    output = ImportSerializer
    pagination_class = NewerPages
    error_codes = {
        "create": ["too_large", "storage_unavailable"],
        "start": ["not_uploaded", "conflict", "storage_unavailable"],
    }

    def get_queryset(self) -> QuerySet[Import]:
        return Import.objects.owned_by(self.me).for_display()

    def list(self, request: Request) -> Response:
        """One's imports of the last month, newest first."""
        return self.paginated(self.get_queryset())

    def create(self, request: Request) -> Response:
        """Announce an archive.

        An export of a server like this one, or a download of an Instagram account in JSON; of one in several parts each
        by itself, in any order. PUT it to the address in `upload`, then start the import.
        """
        import_run = actions.announce_import(owner=self.me, **self.validated())
        return self.created(f"/v1/me/imports/{import_run.pk}", self.get_queryset().get(pk=import_run.pk))

    def retrieve(self, request: Request, pk: int) -> Response:
        """One import, and how far it is."""
        return self.answer(self.get_object())

    @extend_schema(responses={202: ImportSerializer})
    def start(self, request: Request, pk: int) -> Response:
        """Start an import.

        A worker makes posts, archived posts, stories and highlights with their times, words, places and alt texts;
        nobody's feed is pushed to. What was imported before is not made again, so an archive may be sent as often as
        one likes. Repeated, it changes nothing.
        """
        actions.start_import(import_run=self.get_object())
        response = self.answer(self.get_object())
        response.status_code = status.HTTP_202_ACCEPTED
        return response


class SkippedViewSet(BaseViewSet):
    """What of an import was not made."""

    tag = "me"
    output = SkippedSerializer

    def get_queryset(self) -> QuerySet[ImportItem]:
        import_run = get_object_or_404(Import.objects.owned_by(self.me), pk=self.kwargs["pk"])
        return ImportItem.objects.skipped_by(import_run)

    @extend_schema(operation_id="list_skipped_of_import")
    def list(self, request: Request, pk: int) -> Response:
        """What of an import was not made, each with the reason."""
        return self.paginated(self.get_queryset())
