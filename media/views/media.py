"""`/v1/media`: sending photos and videos, looking after one's own."""

from typing import Any, cast

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from api.idempotency import key_of
from api.problem_schema import error_codes
from api.wsgi.uploads import CONTINUE, is_admitted, is_announced
from media import actions, examples, quotas
from media.models import Media
from media.processing.kinds import content_types
from media.serializers import MediaEditSerializer, MediaSerializer, MediaUploadSerializer, QuotaSerializer
from media.views.originals import original_response
from media.views.receiving import body_of, check_declared_length, check_declared_room, limit_body

BYTES = "application/octet-stream"
OF_FILES = (
    "empty_file", "damaged_file", "too_many_pixels", "too_long", "unsupported_format", "quota_exceeded", "in_flight",
    "gone", "storage_unavailable",
)  # fmt: skip


def person_of(request: Any) -> AbstractBaseUser:
    """Who is signed in; the default permission lets nobody else through."""
    return cast(AbstractBaseUser, request.user)


def shown(media: Media) -> dict[str, Any]:
    """A plain dict, so that the browsable API does not make a form of the answer."""
    return dict(MediaSerializer(media, context={"private": True}).data)


def media_response(media: Media) -> Response:
    """The answer to an upload: 202 while its renditions are being made, 201 when a retry finds them made."""
    processing = media.state == Media.State.PROCESSING
    response = Response(shown(media), status.HTTP_202_ACCEPTED if processing else status.HTTP_201_CREATED)
    response["Location"] = f"/v1/media/{media.pk}"
    return response


@extend_schema(tags=["media"])
@extend_schema_view(
    list=extend_schema(
        operation_id="list_my_media", summary="One's own media, newest first", examples=[examples.READY]
    ),
    retrieve=extend_schema(summary="One media and its state", examples=[examples.READY, examples.VIDEO]),
)
class MediaViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Media]):
    """Photos and videos of one's own: send, look, describe, delete. Posts and stories show them to others."""

    serializer_class = MediaSerializer
    lookup_value_regex = "[0-9]{1,19}"
    takes_idempotency_key = True
    limits_bodies_itself = True  # see check_declared_length

    def get_queryset(self) -> QuerySet[Media]:
        return Media.objects.owned_by(person_of(self.request)).for_display()

    def get_serializer_class(self) -> Any:
        return {"create": MediaUploadSerializer, "partial_update": MediaEditSerializer}.get(
            self.action, MediaSerializer
        )

    @property
    def throttle_scope(self) -> str:
        return {"create": "upload", "partial_update": "write", "destroy": "write"}.get(self.action, "default")

    def get_parsers(self) -> list[Any]:
        return [MultiPartParser()] if self.request and self.request.method == "POST" else super().get_parsers()

    def initialize_request(self, request: Any, *args: Any, **kwargs: Any) -> Request:
        limit_body(request)
        if request.method == "POST" and is_announced(request.META):  # a form's CSRF token is in the body that follows
            request._dont_enforce_csrf_checks = True
        return super().initialize_request(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        check_declared_length(request)
        super().initial(request, *args, **kwargs)
        if self.action == "create":
            check_declared_room(request, person_of(request), key_of(request))

    def check_throttles(self, request: Request) -> None:
        """An upload counts once: when it is announced, if it was."""
        if not is_admitted(request.META):
            super().check_throttles(request)

    @extend_schema(
        operation_id="upload_media",
        summary="Send a photo or a video",
        extensions=error_codes(*OF_FILES, "length_required"),
        description="The answer comes when the original is stored for good: 202 while its renditions are being made "
        "(ask again, or post it at once: the post appears when they are ready), 201 when a retry finds them made.",
        request={"multipart/form-data": MediaUploadSerializer},
        responses={201: MediaSerializer, 202: MediaSerializer},
        examples=[examples.SENT, examples.READY, examples.WAITING],
    )
    def create(self, request: Request) -> HttpResponseBase:
        if is_announced(request.META):
            return HttpResponse(status=CONTINUE)
        body = MediaUploadSerializer(data=body_of(request))
        body.is_valid(raise_exception=True)
        media = actions.upload(
            owner=person_of(request),
            file=body.validated_data["file"],
            alt_text=body.validated_data["alt_text"],
            idempotency_key=key_of(request),
        )
        return media_response(media)

    @extend_schema(
        summary="Describe a media in words",
        request=MediaEditSerializer,
        responses=MediaSerializer,
        examples=[OpenApiExample("A description", value={"alt_text": "A ferry"}, request_only=True), examples.READY],
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        media = self.get_object()
        body = MediaEditSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return Response(shown(actions.edit_alt_text(media=media, **body.validated_data)))

    @extend_schema(
        summary="Delete a media that is shown nowhere",
        extensions=error_codes("media_in_use"),
        description="`media_in_use` (409) while a post, a story or an avatar shows it.",
        responses={204: None},
    )
    def destroy(self, request: Request, pk: str) -> Response:
        actions.delete(media=self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        summary="The original, byte for byte",
        extensions=error_codes("storage_unavailable"),
        description=f"As what it is, or as `{BYTES}` for who accepts nothing else; in whole, or the part that `Range` "
        "names. The `ETag` is its SHA-256. Where media are kept in a bucket, the answer is a redirect to its address "
        "there, which is good for a minute and needs no log-in.",
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
        media = get_object_or_404(Media.objects.owned_by(person_of(request)).select_related("blob"), pk=pk)
        kind = BYTES if request.headers.get("Accept") == BYTES else media.blob.content_type
        return original_response(request._request, media, kind)

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """A file is a file, whatever kind of answer was asked for."""
        return super().perform_content_negotiation(request, force=force or self.action == "original")


class QuotaViewSet(GenericViewSet[Media]):
    """How much room one has left."""

    serializer_class = QuotaSerializer

    @extend_schema(
        summary="How much one keeps, and may keep",
        description="Counted over one's own media as `GET /v1/media` lists them, each with the size of its original. "
        "An upload that does not fit is a 409 `quota_exceeded`.",
        responses=QuotaSerializer,
        examples=[
            OpenApiExample(
                "Some room left",
                value={
                    "bytes": {"used": 734003200, "limit": 53687091200},
                    "files": {"used": 231, "limit": 100000},
                },
                response_only=True,
            )
        ],
        tags=["media"],
    )
    def retrieve(self, request: Request) -> Response:
        return Response(QuotaSerializer(quotas.quota_of(person_of(request))).data)
