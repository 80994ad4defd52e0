"""`/v1/media/uploads/{id}/bytes`: an announced file in parts, as clients of the tus protocol send it (1.0.0)."""

import base64
import binascii
import contextlib
import tempfile
from collections.abc import Iterator, Mapping
from typing import IO, Any

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase, UnreadablePostError
from django.utils import timezone
from django.utils.http import http_date
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from api.problems import Invalid, Problem
from api.strict import unknown_parameters
from api.viewsets import BaseViewSet
from api.wsgi.uploads import CONTINUE, is_admitted, is_announced
from media.actions import resumable_uploads
from media.models import DirectUpload
from media.processing.kinds import most_bytes
from media.serializers import UploadProgressSerializer
from media.stores.interface import CHUNK, Unavailable

VERSION = "1.0.0"
EXTENSIONS = "creation,expiration,termination"
PART, BYTES = "application/offset+octet-stream", "application/octet-stream"  # the first is how tus calls it
_METADATA = ("alt_text", "sha256")
_OFFSET = OpenApiParameter(
    "Upload-Offset", int, OpenApiParameter.HEADER, required=True, description="Where in the file the part begins."
)
TUS_HEADERS = [
    OpenApiParameter(name, kind, OpenApiParameter.HEADER, response=[200, 201, 204], description=description)
    for name, kind, description in (
        ("Upload-Offset", int, "How many bytes have arrived."),
        ("Upload-Length", int, "How many bytes were announced."),
        ("Upload-Expires", str, "When the upload is over, as an HTTP date."),
        ("Tus-Resumable", str, f"{VERSION}: the version of the tus protocol that is spoken."),
    )
]


class PartParser(BaseParser):
    """Leaves the body where it is: it is read by whoever stores it."""

    media_type = "application/*"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:
        return {}


def check_version(request: Request) -> None:
    """Raises `unsupported_version` (412) for a client of another version of tus; a request without one is taken."""
    if request.headers.get("Tus-Resumable", VERSION) != VERSION:
        raise Problem("unsupported_version", f"tus {VERSION} is spoken here")


def announced_by(headers: Mapping[str, str]) -> dict[str, Any]:
    """The body that a tus client's headers stand for: `Upload-Length`, and of `Upload-Metadata` what is known here."""
    said = {"size": headers["Upload-Length"]}
    for pair in headers.get("Upload-Metadata", "").split(","):
        name, _, value = pair.strip().partition(" ")
        if name in _METADATA:
            said[name] = _decoded(name, value)
    return said


def _decoded(name: str, value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode()
    except (binascii.Error, ValueError):
        raise Invalid("Upload-Metadata", "invalid", f"{name} is to be UTF-8 in Base64") from None


def with_tus(response: Response, upload: DirectUpload) -> Response:
    """The answer with what tus clients read in it."""
    response["Tus-Resumable"] = VERSION
    response["Upload-Offset"] = str(upload.size if upload.media_id else upload.offset)
    response["Upload-Length"] = str(upload.size)
    response["Upload-Expires"] = http_date(upload.expires_at.timestamp())
    return response


class TusViewSet(BaseViewSet):
    """Says to tus clients what is spoken here: for `OPTIONS`, and to those of another version."""

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().options(request, *args, **kwargs)
        response["Tus-Version"], response["Tus-Extension"] = VERSION, EXTENSIONS
        response["Tus-Max-Size"] = str(most_bytes())
        return response

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        if answer.status_code == status.HTTP_412_PRECONDITION_FAILED:
            answer["Tus-Version"] = VERSION
        return answer


class UploadBytesViewSet(TusViewSet):
    """The bytes of an announced file that arrived, and the next ones."""

    tag = "media"
    lookup_value_regex = "[0-9]{1,19}"
    output = UploadProgressSerializer
    outputs = {"partial_update": None, "destroy": None}
    error_codes = {
        "retrieve": ["gone", "unsupported_version"],
        "destroy": ["unsupported_version"],
        "partial_update": [
            "gone",
            "wrong_offset",
            "too_large",
            "length_required",
            "unsupported_version",
            "storage_unavailable",
        ],
    }
    throttle_scopes = {"partial_update": "upload"}
    limits_bodies_itself = True  # by the announced size

    def get_queryset(self) -> QuerySet[DirectUpload]:
        return DirectUpload.objects.owned_by(self.me)

    def get_parsers(self) -> list[Any]:
        return [PartParser()] if self.request and self.request.method == "PATCH" else super().get_parsers()

    def unknown_names(self, request: Request) -> Iterator[dict[str, Any]]:
        """A part has no members."""
        return unknown_parameters(request)

    def check_throttles(self, request: Request) -> None:
        """A part counts once: when it is announced, if it was."""
        if not is_admitted(request.META):
            super().check_throttles(request)

    @extend_schema(operation_id="get_upload_progress", parameters=TUS_HEADERS)
    def retrieve(self, request: Request, pk: str) -> Response:
        """How much of an announced file has arrived.

        With `HEAD`, as tus clients ask: the number stands in `Upload-Offset`.
        """
        check_version(request)
        upload = self.get_object()
        if upload.media_id is None and upload.expires_at <= timezone.now():
            raise Problem("gone", "The upload is over")
        return with_tus(self.answer(upload), upload)

    @extend_schema(
        operation_id="upload_bytes",
        parameters=[_OFFSET, *TUS_HEADERS],
        request={BYTES: OpenApiTypes.BINARY},
        examples=[OpenApiExample("The rest", "(the bytes of the file)", request_only=True, media_type=BYTES)],
        responses={204: OpenApiResponse(None, "They arrived; `Upload-Offset` says how many there are now.")},
    )
    def partial_update(self, request: Request, pk: str) -> HttpResponseBase:
        """Send the next bytes of an announced file.

        All that are left, or any part of them: what arrived before a connection broke is kept, and the next request
        goes on from the offset. Bytes of another place are a 409 `wrong_offset`. When all are there, complete the
        upload. Clients of tus send them as `application/offset+octet-stream`, which is taken as well.
        """
        check_version(request)
        upload = self.get_object()
        offset = _offset_of(request)
        length = _length_of(request)
        resumable_uploads.check_append(upload=upload, offset=offset, length=length)
        if is_announced(request.META):
            return HttpResponse(status=CONTINUE)
        with _received(request, upload.size - offset) as file:
            upload = resumable_uploads.append(upload=upload, offset=offset, file=file, length=file.tell())
        return with_tus(self.done(), upload)

    @extend_schema(operation_id="delete_upload", parameters=TUS_HEADERS)
    def destroy(self, request: Request, pk: str) -> Response:
        """Give up an announced file.

        What arrived is forgotten. Of a completed one nothing changes.
        """
        check_version(request)
        upload = self.get_object()
        resumable_uploads.cancel(upload=upload)
        return with_tus(self.done(), upload)


def _offset_of(request: Request) -> int:
    offset = request.headers.get("Upload-Offset")
    if offset is None:
        raise Invalid("Upload-Offset", "required", "Say where in the file the bytes belong")
    if not (offset.isascii() and offset.isdigit() and len(offset) <= 18):
        raise Invalid("Upload-Offset", "invalid", "Where in the file the bytes belong, a whole number")
    return int(offset)


def _length_of(request: Request) -> int | None:
    """The declared length; None for a body in chunks that is not here yet."""
    if request.content_type not in {PART, BYTES}:
        raise Problem("unsupported_media_type", f"Bytes come as {BYTES} or {PART}")
    if "HTTP_TRANSFER_ENCODING" in request.META:
        if not is_announced(request.META):
            raise Problem("length_required")
        return None
    length: Any = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isdigit() else 0


@contextlib.contextmanager
def _received(request: Request, most: int) -> Iterator[IO[bytes]]:
    """What came of the body, at most so many bytes and one more: all of it, or as much as did before the line broke."""
    with tempfile.TemporaryFile() as file:
        try:
            with contextlib.suppress(UnreadablePostError):
                while file.tell() <= most and (chunk := request._request.read(CHUNK)):
                    file.write(chunk)
        except OSError as error:
            raise Unavailable(f"No room to receive the bytes: {error.strerror}") from error
        yield file
