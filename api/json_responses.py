"""Answers whose JSON is there before DRF asks for it."""

import json
from collections.abc import Sequence
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from api.pagination import link_header
from api.renderers import JSONRenderer


class JSONBytesResponse(Response):
    """A response that is JSON already. Another renderer (the browsable API's) gets it read back."""

    def __init__(self, body: bytes, **options: Any) -> None:
        self.body = body
        super().__init__(**options)

    @property
    def data(self) -> Any:
        return json.loads(self.body)

    @data.setter
    def data(self, value: Any) -> None:
        """Given by `Response.__init__`."""

    @property
    def rendered_content(self) -> Any:
        if not isinstance(self.accepted_renderer, JSONRenderer):
            return super().rendered_content
        self["Content-Type"] = JSONRenderer.media_type
        return self.body


def json_page(
    request: Request, results: Sequence[bytes], *, next: str | None, previous: str | None = "", **more: Any
) -> JSONBytesResponse:
    """A page of a list whose rows are JSON. If `previous` is empty the list has no such member."""
    ways = {"next": next} if previous == "" else {"next": next, "previous": previous}
    rest = json.dumps({**ways, **more}, separators=(",", ":")).encode()
    response = JSONBytesResponse(b'{"results":[%b],%b' % (b",".join(results), rest[1:]))
    if next or previous:
        response["Link"] = link_header(request, next=next, previous=previous)
    return response
