"""Entity tags: "has anything changed?", answered before an answer is put together."""

import hashlib
import marshal
from typing import Any, TypeVar

from django.http import HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags
from rest_framework.request import Request

Answer = TypeVar("Answer", bound=HttpResponse)
CACHE_CONTROL = "private, no-cache"  # may be kept by the client that asked, and is asked about each time


def etag_of(*material: Any) -> str:
    """A strong tag of all that decides an answer's bytes: plain values, and lists and tuples of them.

    Whom the answer is for is one of them: a browser that two people use asks with the tag of either's answer.
    """
    return f'"{hashlib.blake2b(marshal.dumps(material, 2), digest_size=16).hexdigest()}"'


def is_known(request: Request, etag: str) -> bool:
    """Whether the client has this already (`If-None-Match`)."""
    given = request.META.get("HTTP_IF_NONE_MATCH")
    if not given:
        return False
    known = parse_etags(given)
    return "*" in known or etag.removeprefix("W/") in {one.removeprefix("W/") for one in known}


def not_modified(etag: str) -> HttpResponse:
    """304: what the client has is good. Without a content type, which caches would write over the stored one."""
    return tagged(HttpResponseNotModified(), etag)


def tagged(response: Answer, etag: str) -> Answer:
    """With the tag, and leave to keep the answer."""
    response["ETag"] = etag
    response["Cache-Control"] = CACHE_CONTROL
    return response


def tag_by_bytes(request: Request, response: HttpResponse) -> None:
    """Tags a rendered answer for programs that has no tag yet, and empties it if the client has it already.

    It spares the bytes, not the work. `no-cache` still has a browser ask each time; what was marked otherwise stays.
    """
    if "ETag" in response or response["Content-Type"].startswith("text/html"):
        return
    etag = etag_of(getattr(request.user, "pk", None), response.content)
    if is_known(request, etag):
        response.status_code, response.content = 304, b""
    response["ETag"] = etag
    response.setdefault("Cache-Control", CACHE_CONTROL)
