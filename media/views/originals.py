"""The original of a media, for its owner."""

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from drf_spectacular.utils import OpenApiParameter

from media.models import Media
from media.processing.kinds import ending_of
from media.stores import layout
from media.stores.s3 import S3Store
from media.views.file_responses import file_response

REDIRECT_SECONDS = 60
HEADERS = [
    OpenApiParameter(name, str, OpenApiParameter.HEADER, description=description, response=statuses)
    for name, description, statuses in (
        ("If-None-Match", "The `ETag` of the file that you have.", False),
        ("Range", "One part of the file, as `bytes=1000-`; more than one is answered with the whole.", False),
        ("If-Range", "The `ETag` of the part that you have: of another file, the whole is sent.", False),
        ("ETag", "The file's SHA-256: send it in `If-None-Match` or `If-Range`.", [200, 206, 304, 416]),
        ("Content-Disposition", "The name to save it by.", [200, 206, 304, 416]),
        ("Accept-Ranges", "`bytes`: parts can be asked for.", [200, 206, 416]),
        ("Content-Range", "Which part it is, and how long the whole.", [206, 416]),
        ("Location", "Where the file is, for a minute.", [302]),
    )
]
"""What is sent with a request for an original and with its answers, for the OpenAPI document."""


def original_response(request: HttpRequest, media: Media, content_type: str) -> HttpResponseBase:
    """The file, a part of it, or 304; with a bucket the address there: no thread of ours passes its bytes on."""
    etag = f'"{media.blob.sha256}"'
    name = f"{media.pk}.{ending_of(media.blob.content_type)}"
    disposition = content_disposition_header(as_attachment=True, filename=name) or ""
    store = layout.public_store()
    response: HttpResponseBase
    if isinstance(store, S3Store):
        unchanged = get_conditional_response(request, etag=etag)
        response = unchanged or _redirect(request, store, media, content_type, disposition)
    else:
        response = file_response(request, store.open(media.blob.key), media.blob.size, etag, content_type)
        response["Content-Disposition"] = disposition
    if response.status_code != 302:
        response["ETag"] = etag
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _redirect(
    request: HttpRequest, store: S3Store, media: Media, content_type: str, disposition: str
) -> HttpResponseBase:
    in_use = layout.store()
    if isinstance(in_use, S3Store):  # asked by the name that the API knows: an outage is our 503
        in_use.require(media.blob.key)
    address = store.address(
        media.blob.key,
        REDIRECT_SECONDS,
        content_type,
        "private, no-store",
        disposition=disposition,
        method=str(request.method),
    )
    return HttpResponseRedirect(address)
