"""Serving renditions and archives to whoever holds a good token (no log-in and no database: a proxy could do the same),
and taking announced files by theirs."""

import hashlib
import os
import re
from collections.abc import Iterable, Iterator

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from api.problems import plain_problem
from api.strict import takes_parameters
from api.wsgi.uploads import CONTINUE, is_announced
from media import archives, tokens
from media.actions import direct_uploads
from media.stores import layout, upload_tokens
from media.stores.interface import CHUNK, Store
from media.stores.local import LocalStore
from media.stores.s3 import S3Store
from media.views.file_responses import file_response

_REST = re.compile(r"bytes=0*[1-9]\d{0,18}-")  # a range that does not begin at the beginning
TYPES = {"webp": "image/webp", "jpg": "image/jpeg", "mp4": "video/mp4"}


@require_safe
@takes_parameters("token")
def archive(request: HttpRequest, prefix: str, name: str) -> HttpResponseBase:
    """One archive of somebody's data, for who holds its token: in whole or in part, to be resumed."""
    grant = tokens.check(prefix, request.GET.get("token", ""))
    response = _serve_archive(request, prefix, name, grant) if grant else None
    if response is None:
        response = plain_problem("not_found")
    response["Cache-Control"] = "private, no-store"
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _serve_archive(request: HttpRequest, prefix: str, name: str, grant: tokens.Grant) -> HttpResponseBase | None:
    store, key = layout.public_store(), layout.archive_key(prefix, name)
    disposition = f'attachment; filename="pystagram-{name}"'
    if isinstance(store, S3Store):
        address = store.address(
            key, grant.seconds, archives.CONTENT_TYPE, "private, no-store", disposition=disposition,
            method=str(request.method),
        )  # fmt: skip
        return HttpResponseRedirect(address)
    response = _file_of(request, store, key, archives.CONTENT_TYPE)
    if response is not None:
        response["Content-Disposition"] = disposition
        response["X-Content-Type-Options"] = "nosniff"
    return response


def _file_of(request: HttpRequest, store: Store, key: str, content_type: str) -> HttpResponseBase | None:
    """A file of the store, or the part that is asked for; None for an absent one."""
    try:
        file = store.open(key)
    except layout.Missing:
        return None
    about = os.fstat(file.fileno())
    return file_response(request, file, about.st_size, f'"{about.st_mtime_ns:x}-{about.st_size:x}"', content_type)


@require_safe
@takes_parameters("token")
def rendition(request: HttpRequest, prefix: str, name: str) -> HttpResponseBase:
    """One rendition. A wrong token, an expired one and an absent file answer alike."""
    grant = tokens.check(prefix, request.GET.get("token", ""))
    response = _serve(request, prefix, name, grant) if grant and _is_open(request, name, grant) else None
    if response is None:
        response = plain_problem("not_found")
        response["Cache-Control"] = "no-store"
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _is_open(request: HttpRequest, name: str, grant: tokens.Grant) -> bool:
    """In time, or the rest of a film that began in time."""
    return grant.seconds > 0 or (name.endswith(".mp4") and _REST.match(request.headers.get("Range", "")) is not None)


def _serve(request: HttpRequest, prefix: str, name: str, grant: tokens.Grant) -> HttpResponseBase | None:
    store, key = layout.public_store(), layout.rendition_key(prefix, name)
    content_type = TYPES[name.rpartition(".")[2]]
    cache_control = f"{'private' if grant.private else 'public'}, max-age={grant.seconds}, immutable"
    if grant.seconds <= 0:
        cache_control = "private, no-store"
    response: HttpResponseBase | None
    if isinstance(store, S3Store):  # without asking for the file first: of an absent one the store says that it is
        # A player goes on at the address that it was sent to, so that of a film is good to its end.
        seconds = grant.play_seconds if name.endswith(".mp4") else grant.seconds
        address = store.address(key, seconds, content_type, cache_control, method=str(request.method))
        response = HttpResponseRedirect(address)
    else:
        response = _file_of(request, store, key, content_type)
        if response is None:
            return None
        response["Content-Disposition"] = "inline"
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = cache_control
    return response


@csrf_exempt
@takes_parameters()
def arrive(request: HttpRequest, upload_token: str) -> HttpResponse:
    """PUT of an announced file where media are kept in a folder; a bucket takes it by an address of its own.

    Who holds the upload token needs no log-in. What arrives is read by nobody before it is completed.
    """
    if request.method != "PUT":
        response = plain_problem("method_not_allowed")
        response["Allow"] = "PUT"
        return response
    granted, store = upload_tokens.read(upload_token), layout.store()
    if granted is None or not isinstance(store, LocalStore):
        return plain_problem("not_found")
    if not direct_uploads.is_open(granted.key):
        return plain_problem("gone", "The upload is over, or was completed")
    is_chunked = "HTTP_TRANSFER_ENCODING" in request.META and is_announced(request.META)
    if not is_chunked and request.META.get("CONTENT_LENGTH", "") != str(granted.size):
        return plain_problem("bad_request", f"The file was announced with {granted.size} bytes")
    if is_announced(request.META):
        return HttpResponse(status=CONTINUE)
    try:
        store.receive(granted.key, _as_announced(iter(lambda: request.read(CHUNK), b""), granted.sha256))
    except UnreadablePostError:
        return plain_problem("parse_error", "The body could not be read to its end")
    except _OtherBytes:
        return plain_problem("bad_request", f"The file was announced with the SHA-256 {granted.sha256}")
    return HttpResponse(status=200)


class _OtherBytes(Exception):
    """What arrives has another checksum than was announced."""


def _as_announced(chunks: Iterable[bytes], sha256: str) -> Iterator[bytes]:
    """The chunks; `_OtherBytes` after the last if they are not what was announced, as a bucket would refuse them."""
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
        yield chunk
    if sha256 not in {"", digest.hexdigest()}:
        raise _OtherBytes


arrive.limits_bodies_itself = True  # read by api.middleware.Readable
