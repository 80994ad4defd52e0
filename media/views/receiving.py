"""Receiving a multipart body: never more of it than is taken, never less than was promised."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, UnreadablePostError
from rest_framework.request import Request

from api.problems import Problem
from api.wsgi.uploads import FRAMING_BYTES, is_announced
from media import quotas
from media.models import Media
from media.processing.kinds import most_bytes
from media.stores.interface import Unavailable


class LimitedBody(FileUploadHandler):
    """Stops reading at the limit, whatever length was declared."""

    received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.received += len(raw_data)
        if self.received > most_bytes():
            raise _too_large()
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None  # the next handler keeps the file


def _too_large() -> Problem:
    return Problem("too_large", f"At most {most_bytes()} bytes are taken")


def limit_body(request: HttpRequest) -> None:
    """Puts the limit before whatever keeps the file; before the body is read."""
    request.upload_handlers.insert(0, LimitedBody(request))


def check_declared_length(request: Request) -> None:
    """Refuses a body that declares to be too long, before a byte of it is read."""
    length: Any = request.META.get("CONTENT_LENGTH") or "0"
    if length == "0" and "HTTP_TRANSFER_ENCODING" in request.META and not is_announced(request.META):
        raise Problem("length_required")  # a server that does not receive chunks; Django reads a declared length only
    if length.isdigit() and int(length) > most_bytes() + FRAMING_BYTES:
        raise _too_large()


def check_declared_room(request: Request, person: AbstractBaseUser, key: str | None) -> None:
    """Refuses a body whose file cannot fit the person's quota, before a byte of it is read.

    A retry is not refused: what its first try stored is counted already.
    """
    if key is not None and Media.objects.made_with(key, person).exists():
        return
    length: Any = request.META.get("CONTENT_LENGTH") or "0"
    quotas.check_room(person, max(1, int(length) - FRAMING_BYTES))


def body_of(request: Request) -> Any:
    """The parsed body; a full disk, and a client that went away, are no errors of ours."""
    try:
        data = request.data
    except UnreadablePostError:
        raise Problem("parse_error", "The body could not be read to its end") from None
    except OSError as error:
        raise Unavailable(f"No room to receive the file: {error.strerror}") from error
    _check_whole_body(request)
    return data


def _check_whole_body(request: Request) -> None:
    """Refuses a body that ended before its declared length: what arrived is a part of a file at best."""
    stream = getattr(request._request, "_stream", None)
    position, limit = getattr(stream, "_pos", None), getattr(stream, "limit", None)
    if position is not None and limit is not None and position < limit:
        raise Problem("parse_error", "The body ended before its declared length")
