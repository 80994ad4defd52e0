"""`/v1/media`: sending photos and videos, looking after one's own."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from api.idempotency import key_of
from api.name_errors import Error, refuse
from api.preferences import is_strict
from api.strict import unknown_members, unknown_parameters
from api.viewsets import BaseViewSet
from api.wsgi.uploads import CONTINUE, is_admitted, is_announced
from media import actions, quotas
from media.models import Media
from media.processing.kinds import content_types
from media.serializers import MediaEditSerializer, MediaSerializer, MediaUploadSerializer, QuotaSerializer
from media.views.originals import HEADERS, original_response
from media.views.receiving import body_of, check_declared_length, check_declared_room, limit_body

BYTES = "application/octet-stream"
OF_FILES = (
    "empty_file", "damaged_file", "too_many_pixels", "too_long", "unsupported_format", "encrypted_file", "no_video",
    "quota_exceeded", "in_flight", "image_refused", "too_many_processing", "gone", "storage_unavailable",
)  # fmt: skip


UPLOADED = {201: MediaSerializer, 202: MediaSerializer}


def media_response(media: Media) -> Response:
    """The answer to an upload: 202 while its renditions are being made, 201 when a retry finds them made."""
    processing = media.state == Media.State.PROCESSING
    response = Response(dict(MediaSerializer(media).data))  # a dict: the browsable API makes no form of it
    response.status_code = status.HTTP_202_ACCEPTED if processing else status.HTTP_201_CREATED
    response["Location"] = f"/v1/media/{media.pk}"
    return response


class MediaViewSet(BaseViewSet):
    """Photos and videos of one's own: send, look, describe, delete. Posts and stories show them to others."""

    lookup_value_regex = "[0-9]{1,19}"
    takes_idempotency_key = True
    inputs = {"create": MediaUploadSerializer, "partial_update": MediaEditSerializer}
    output = MediaSerializer
    error_codes = {
        "create": [*OF_FILES, "length_required"],
        "destroy": ["media_in_use"],
        "original": ["storage_unavailable"],
    }
    throttle_scopes = {"create": "upload"}
    limits_bodies_itself = True  # see check_declared_length

    def get_queryset(self) -> QuerySet[Media]:
        return Media.objects.owned_by(self.me).for_display()

    def get_parsers(self) -> list[Any]:
        return [MultiPartParser()] if self.request and self.request.method == "POST" else super().get_parsers()

    def initialize_request(self, request: Any, *args: Any, **kwargs: Any) -> Request:
        limit_body(request)
        if request.method == "POST" and is_announced(request.META):  # a form's CSRF token is in the body that follows
            request._dont_enforce_csrf_checks = True
        return super().initialize_request(request, *args, **kwargs)

    def unknown_names(self, request: Request) -> Iterator[Error]:
        """Of an upload's body they are found when it is received."""
        return unknown_parameters(request) if self.action == "create" else super().unknown_names(request)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        check_declared_length(request)
        super().initial(request, *args, **kwargs)
        if self.action == "create":
            check_declared_room(request, self.me, key_of(request))

    def check_throttles(self, request: Request) -> None:
        """An upload counts once: when it is announced, if it was."""
        if not is_admitted(request.META):
            super().check_throttles(request)

    @extend_schema(operation_id="list_my_media")
    def list(self, request: Request) -> Response:
        """One's own media, newest first."""
        return self.paginated(self.get_queryset())

    def retrieve(self, request: Request, pk: str) -> Response:
        """One media and its state."""
        return self.answer(self.get_object())

    @extend_schema(operation_id="upload_media", responses=UPLOADED)
    def create(self, request: Request) -> HttpResponseBase:
        """Send a photo or a video.

        The answer comes when the original is stored for good: 202 while its renditions are being made (ask again, or
        post it at once: the post appears when they are ready), 201 when a retry finds them made.
        """
        if is_announced(request.META):
            return HttpResponse(status=CONTINUE)
        body = MediaUploadSerializer(data=body_of(request))
        if is_strict(request):
            refuse(unknown_members(request, body))
        body.is_valid(raise_exception=True)
        media = actions.upload(
            owner=self.me,
            file=body.validated_data["file"],
            alt_text=body.validated_data["alt_text"],
            idempotency_key=key_of(request),
        )
        return media_response(media)

    def partial_update(self, request: Request, pk: str) -> Response:
        """Describe a media in words."""
        media = self.get_object()
        return self.answer(actions.edit_alt_text(media=media, **self.validated()))

    def destroy(self, request: Request, pk: str) -> Response:
        """Delete a media that is shown nowhere.

        `media_in_use` (409) while a post, a story or an avatar shows it.
        """
        actions.delete(media=self.get_object())
        return self.done()

    @extend_schema(
        parameters=HEADERS,
        responses={
            **{(200, kind): OpenApiResponse(OpenApiTypes.BINARY) for kind in [*content_types(), BYTES]},
            **{(206, kind): OpenApiResponse(OpenApiTypes.BINARY) for kind in [*content_types(), BYTES]},
            302: OpenApiResponse(None, "It is at the address in `Location`."),
            304: OpenApiResponse(None, "It is what `If-None-Match` says."),
            416: OpenApiResponse(None, "It has no such part."),
        },
    )
    @action(detail=True, methods=["get"])
    def original(self, request: Request, pk: str) -> HttpResponseBase:
        """The original, byte for byte.

        As what it is, or as `application/octet-stream` for who accepts nothing else; in whole, or the part that `Range`
        names. The `ETag` is its SHA-256. Where media are kept in a bucket, the answer is a redirect to its address
        there, which is good for a minute and needs no log-in.
        """
        media = get_object_or_404(Media.objects.owned_by(self.me).select_related("blob"), pk=pk)
        kind = BYTES if request.headers.get("Accept") == BYTES else media.blob.content_type
        return original_response(request._request, media, kind)

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """A file is a file, whatever kind of answer was asked for."""
        return super().perform_content_negotiation(request, force=force or self.action == "original")


class QuotaViewSet(BaseViewSet):
    """How much room one has left."""

    tag = "media"
    output = QuotaSerializer

    def retrieve(self, request: Request) -> Response:
        """How much one keeps, and may keep.

        Counted over one's own media as `GET /v1/media` lists them, each with the size of its original. An upload that
        does not fit is a 409 `quota_exceeded`.
        """
        return self.answer(quotas.quota_of(self.me))
