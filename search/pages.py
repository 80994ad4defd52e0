"""Pages of lists in an order of their own."""

from typing import Protocol

from django.contrib.auth.base_user import AbstractBaseUser
from rest_framework.response import Response

from api.json_responses import json_page
from api.pagination import decode_position, encode_cursor, limit_of
from api.viewsets import BaseViewSet
from search.result import Position, ResultPage


class Read(Protocol):
    def __call__(self, *, viewer: AbstractBaseUser, after: Position | None, limit: int) -> ResultPage: ...


def result_page_response(view: BaseViewSet, scope: str, read: Read) -> Response:
    """The page that the request's cursor and limit ask for."""
    cursor = view.request.query_params.get("cursor")
    after = decode_position(scope, cursor) if cursor else None
    found = read(viewer=view.me, after=after, limit=limit_of(view.request))
    return json_page(view.request, found.rows, next=encode_cursor(scope, found.after) if found.after else None)
