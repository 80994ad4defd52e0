"""`/v1/media/uploads`: announcing a file, sending it straight to the store, completing it."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from api.idempotency import key_of
from api.problem_schema import error_codes
from media import examples
from media.actions import direct_uploads
from media.models import DirectUpload, Media
from media.serializers import AnnouncedUploadSerializer, DirectUploadSerializer, MediaSerializer
from media.views.media import OF_FILES, media_response, person_of


@extend_schema(tags=["media"])
@extend_schema_view(retrieve=extend_schema(summary="An announced upload", examples=[examples.PERMIT]))
class DirectUploadViewSet(mixins.RetrieveModelMixin, GenericViewSet[DirectUpload]):
    """Large files need not pass through the API: announce one, PUT it to the address given, complete it."""

    serializer_class = DirectUploadSerializer
    lookup_value_regex = "[0-9]{1,19}"
    takes_idempotency_key = True

    def get_queryset(self) -> QuerySet[DirectUpload]:
        return DirectUpload.objects.owned_by(person_of(self.request)).select_related("owner")

    def get_serializer_class(self) -> Any:
        """Completing takes no body: its form is a button."""
        inputs = {"create": AnnouncedUploadSerializer, "complete": serializers.Serializer}
        return inputs.get(self.action, DirectUploadSerializer)

    @property
    def throttle_scope(self) -> str:
        return "default" if self.action == "retrieve" else "upload"

    @extend_schema(
        summary="Announce a file",
        extensions=error_codes("quota_exceeded", "in_flight", "gone", "storage_unavailable"),
        description="Answers with an address that takes exactly one file of the announced size (and checksum) by PUT, "
        "without a log-in, for an hour. Send the `headers` as they are. Nothing is promised before `complete`.",
        request=AnnouncedUploadSerializer,
        responses={201: DirectUploadSerializer},
        examples=[examples.ANNOUNCED, examples.PERMIT],
    )
    def create(self, request: Request) -> Response:
        body = AnnouncedUploadSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        upload = direct_uploads.begin(owner=person_of(request), idempotency_key=key_of(request), **body.validated_data)
        response = Response(self._shown(upload), status.HTTP_201_CREATED)
        response["Location"] = f"/v1/media/uploads/{upload.pk}"
        return response

    @extend_schema(
        summary="Complete an upload",
        extensions=error_codes(*OF_FILES, "not_uploaded", "upload_differs"),
        description="Takes what arrived, checks it and stores it for good: the answer is that of `POST /v1/media`. "
        "Repeated, it answers with the same media.",
        request=None,
        responses={201: MediaSerializer, 202: MediaSerializer},
        examples=[examples.READY, examples.WAITING],
    )
    @action(detail=True, methods=["post"])
    def complete(self, request: Request, pk: str) -> Response:
        upload = self.get_object()
        media = direct_uploads.complete(upload=upload)
        return media_response(Media.objects.for_display().get(pk=media.pk))

    def _shown(self, upload: DirectUpload) -> dict[str, Any]:
        """A plain dict, so that the browsable API does not make a form of the answer."""
        return dict(DirectUploadSerializer(upload).data)
