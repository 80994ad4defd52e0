"""`/v1/media/uploads`: announcing a file, sending it straight to the store, completing it."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.idempotency import key_of
from media.actions import direct_uploads
from media.models import DirectUpload, Media
from media.serializers import AnnouncedUploadSerializer, DirectUploadSerializer
from media.views.media import OF_FILES, UPLOADED, media_response
from media.views.upload_bytes import TUS_HEADERS, TusViewSet, announced_by, check_version, with_tus


class DirectUploadViewSet(TusViewSet):
    """Large files need not pass through the API: announce one, PUT it to the address given, complete it."""

    lookup_value_regex = "[0-9]{1,19}"
    takes_idempotency_key = True
    inputs = {"create": AnnouncedUploadSerializer}
    output = DirectUploadSerializer
    error_codes = {
        "create": ["quota_exceeded", "in_flight", "gone", "unsupported_version", "storage_unavailable"],
        "complete": [*OF_FILES, "not_uploaded", "upload_differs"],
    }
    throttle_scopes = {"create": "upload", "complete": "upload"}

    def get_queryset(self) -> QuerySet[DirectUpload]:
        return DirectUpload.objects.owned_by(self.me).select_related("owner")

    @action(detail=True)
    def status(self, request: Request, pk: str) -> Response:
        """An announced upload.

        Where to send its bytes (the address anew, as long as it is taken), and its media once it was completed.
        """
        return self.answer(self.get_object())

    @extend_schema(parameters=TUS_HEADERS)
    def create(self, request: Request) -> Response:
        """Announce a file.

        Answers with an address that takes exactly one file of the announced size (and checksum) by PUT, without a
        log-in, for an hour. Send the `headers` as they are. Or send the bytes in parts, to `…/bytes`, which is what
        `Location` names for a client of tus (one that sends `Upload-Length` in the place of a body). Nothing is
        promised before `complete`.
        """
        if "Upload-Length" not in request.headers:
            upload = direct_uploads.begin(owner=self.me, idempotency_key=key_of(request), **self.validated())
            return self.created(f"/v1/media/uploads/{upload.pk}/status", upload)
        check_version(request)
        body = AnnouncedUploadSerializer(data=announced_by(request.headers))
        body.is_valid(raise_exception=True)
        upload = direct_uploads.begin(owner=self.me, idempotency_key=key_of(request), **body.validated_data)
        return with_tus(self.created(f"/v1/media/uploads/{upload.pk}/bytes", upload), upload)

    @extend_schema(responses=UPLOADED)
    @action(detail=True, methods=["post"])
    def complete(self, request: Request, pk: str) -> Response:
        """Complete an upload.

        Takes what arrived, checks it and stores it for good: the answer is that of `POST /v1/media`. Repeated, it
        answers with the same media.
        """
        upload = self.get_object()
        media = direct_uploads.complete(upload=upload)
        return media_response(Media.objects.for_display().get(pk=media.pk))
