"""Serving renditions to whoever holds a good token. No log-in and no database: a proxy could do the same."""

import os

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_safe

from api.problems import plain_problem
from media import storage, tokens
from media.downloads import file_response
from media.s3 import S3Store

TYPES = {"webp": "image/webp", "jpg": "image/jpeg", "mp4": "video/mp4"}


@require_safe
def rendition(request: HttpRequest, prefix: str, name: str) -> HttpResponseBase:
    """One rendition. A wrong token, an expired one and an absent file answer alike."""
    grant = tokens.check(prefix, request.GET.get("token", ""))
    response = _serve(request, prefix, name, grant) if grant else None
    if response is None:
        response = plain_problem("not_found")
        response["Cache-Control"] = "no-store"
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _serve(request: HttpRequest, prefix: str, name: str, grant: tokens.Grant) -> HttpResponseBase | None:
    store, key = storage.public_store(), storage.rendition_key(prefix, name)
    content_type = TYPES[name.rpartition(".")[2]]
    cache_control = f"{'private' if grant.private else 'public'}, max-age={grant.seconds}, immutable"
    response: HttpResponseBase
    if isinstance(store, S3Store):  # without asking for the file first: of an absent one the store says that it is
        response = HttpResponseRedirect(store.address(key, grant.seconds, content_type, cache_control))
    else:
        try:
            file = store.open(key)
        except storage.Missing:
            return None
        about = os.fstat(file.fileno())
        etag = f'"{about.st_mtime_ns:x}-{about.st_size:x}"'
        response = file_response(request, file, about.st_size, etag, content_type)
        response["Content-Disposition"] = "inline"
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = cache_control
    return response
