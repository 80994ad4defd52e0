"""Answers that carry a file: in whole, in part, or not again."""

import re
from typing import IO

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def _wanted(request: HttpRequest, etag: str, size: int) -> tuple[int, int] | None:
    """The first and last byte of the one range that is asked for; None for the whole file.

    More than one range, or one of an older file (`If-Range`), is answered with the whole, as the standard allows.
    """
    match = _RANGE.fullmatch(request.headers.get("Range", ""))
    if match is None or match.group() == "bytes=-" or request.headers.get("If-Range", etag) != etag:
        return None
    first, last = match.groups()
    if not first:
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last) if last else size - 1, size - 1)


class FilePart:
    """Some bytes of an open file, in the form that `FileResponse` and the server's `wsgi.file_wrapper` read."""

    def __init__(self, file: IO[bytes], first: int, count: int) -> None:
        self.file, self.bytes_left = file, count
        self.name = file.name
        file.seek(first)

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(self.bytes_left if size < 0 else min(size, self.bytes_left))
        self.bytes_left -= len(data)
        return data

    def tell(self) -> int:
        return self.file.tell()

    def close(self) -> None:
        self.file.close()


def file_response(request: HttpRequest, file: IO[bytes], size: int, etag: str, content_type: str) -> HttpResponseBase:
    """The open file (which can seek) as an answer: 200, 206, 304 or 416."""
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        file.close()
        unchanged["ETag"] = etag
        return unchanged
    wanted = _wanted(request, etag, size)
    response: HttpResponseBase
    if wanted is None:
        response = FileResponse(file, content_type=content_type)
        response["Content-Length"] = str(size)
    elif wanted[0] > wanted[1] or wanted[0] >= size:
        file.close()
        response = HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    else:
        response = _partial(file, wanted, size, content_type)
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = etag
    return response


def _partial(file: IO[bytes], wanted: tuple[int, int], size: int, content_type: str) -> HttpResponseBase:
    first, last = wanted
    count = last - first + 1
    response = FileResponse(FilePart(file, first, count), status=206, content_type=content_type)
    response["Content-Range"] = f"bytes {first}-{last}/{size}"
    response["Content-Length"] = str(count)
    return response
