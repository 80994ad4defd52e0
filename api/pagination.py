"""Cursor pages: `{"results": […], "next": "<cursor or null>"}` and a `Link` header.

A cursor is the id of the last row shown, sealed for the list it belongs to (api/cursors.py), so a page is stable while
rows are added and a cursor of another list (or a made-up one) is a 400. A list in an order of its own (a rank, a
distance) keeps a position of several values instead.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from api.cursors import Position, seal, unseal
from api.ids import MAX_ID, settled_id
from api.problems import Invalid, Problem


class Upwards(NamedTuple):
    """A place in a list that is followed upwards: the rows above `position` come next.

    `again` is where to begin anew at the top. It is lower while what was read above it may still be joined by rows that
    had their ids before they could be seen.
    """

    position: int
    again: int


def encode_cursor(scope: str, position: Position) -> str:
    """An opaque cursor for the list called `scope`, after the row at `position`."""
    return seal(scope, position)


def decode_cursor(scope: str, cursor: str) -> int:
    """The position in a cursor; `Problem("invalid_cursor")` if it was made for another list, or by another hand."""
    position, up = decode_either(scope, cursor)
    if up is not None:
        raise Problem("invalid_cursor")
    return position


def encode_newer(scope: str, up: Upwards) -> str:
    """A cursor for what is newer in the list called `scope`."""
    return seal(scope, up.position if up.again == up.position else [up.position, up.again], newer=True)


def decode_either(scope: str, cursor: str) -> tuple[int, Upwards | None]:
    """The position in a cursor of the list; if it is a `previous` one, the place, too."""
    position, newer = unseal(scope, cursor)
    if isinstance(position, int):
        return position, Upwards(position, position) if newer else None
    match position:
        case [int(above), int(again)] if newer:
            return above, Upwards(above, again)
    raise Problem("invalid_cursor")


def upwards_in(scope: str, cursor: str) -> Upwards | None:
    """The place in a `previous` cursor of the list called `scope`; None if it leads downwards."""
    return decode_either(scope, cursor)[1] if unseal(scope, cursor)[1] else None


def begin_upwards(newest: int, settled: int | None = None) -> Upwards:
    """Where what is newer than a page begins, `newest` being its first row.

    At or below `settled` nothing appears any more; of a list by ids of posts and comments, that follows from the clock.
    """
    position = min(newest, settled_id() if settled is None else settled)
    return Upwards(position, position)


def go_on_upwards(up: Upwards, newest: int | None, *, full: bool, settled: int | None = None) -> Upwards:
    """Where what is newer goes on after a page above `up`, `newest` being its first row, if it has any.

    After a `full` page above all of it, so that a burst of rows larger than a page is passed; else the top is reached.
    """
    top = up.position if newest is None else newest
    settled = settled_id() if settled is None else settled
    again = up.again if up.again < up.position else max(up.position, min(top, settled))
    return Upwards(top if full else again, again)


def above_page(position: int) -> int:
    """Where asking for what is newer begins if there is nothing below `position`: with the row at it; 0 for MAX_ID."""
    return position - 1 if position < MAX_ID else 0


def decode_position(scope: str, cursor: str) -> list[int | float | str]:
    """As `decode_cursor`, of a list in an order of its own."""
    position, newer = unseal(scope, cursor)
    if newer or not isinstance(position, list):
        raise Problem("invalid_cursor")
    return position


def limit_of(request: Request, *, default: int = 20, most: int = 100) -> int:
    """`?limit=`: between 1 and `most`; more is cut to `most`, nonsense is a 400."""
    text = request.query_params.get("limit", str(default))
    if not (text.isascii() and text.isdigit()) or len(text) > 9 or int(text) < 1:
        raise Invalid("limit", "invalid", "limit must be a whole number from 1 up")
    return min(int(text), most)


class CursorPages(BasePagination):
    """Pages a queryset by one descending (or ascending) whole-number field.

    A view may set `page_field` (default `pk`; a leading `-` is not used), `page_ascending`, `page_limit` and
    `page_most`. The field must be unique within the list.
    """

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any] | None:
        self.request = request
        self.field = getattr(view, "page_field", "pk")
        ascending = getattr(view, "page_ascending", False)
        self.scope = f"{request.path}"
        limit = limit_of(request, default=getattr(view, "page_limit", 20), most=getattr(view, "page_most", 100))
        cursor = request.query_params.get("cursor")
        if cursor:
            lookup = f"{self.field}__{'gt' if ascending else 'lt'}"
            queryset = queryset.filter(**{lookup: decode_cursor(self.scope, cursor)})
        rows = list(queryset.order_by(self.field if ascending else f"-{self.field}")[: limit + 1])
        self.next = self._cursor_after(rows[limit - 1]) if len(rows) > limit else None
        return rows[:limit]

    def _cursor_after(self, row: Any) -> str:
        return encode_cursor(self.scope, self._position_of(row))

    def _position_of(self, row: Any) -> int:
        value = row
        for step in self.field.split("__"):
            value = getattr(value, step)
        return int(value)

    def get_paginated_response(self, data: Any) -> Response:
        return page_response(self.request, data, self.next)

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        most = getattr(view, "page_most", 100)
        return [
            {
                "name": "cursor",
                "in": "query",
                "schema": {"type": "string"},
                "description": "`next` of the page before.",
            },
            {
                "name": "limit",
                "in": "query",
                "schema": {"type": "integer", "minimum": 1, "default": getattr(view, "page_limit", 20)},
                "description": f"Rows in a page; more than {most} is cut to {most}.",
            },
        ]

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return page_schema(schema)


class OnePage(CursorPages):
    """Of lists that are given whole: they take neither `cursor` nor `limit`."""

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        return []


class NewerPages(CursorPages):
    """Pages that can be followed upwards, too, of lists that grow at their head: newest first.

    The field is an id (api/ids.py) of when the row was made. A view of rows with other numbers has a method
    `settled(rows, *, more)`: the number down to which nothing appears any more, by the rows that were read and whether
    there may be `more` below them.
    """

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any] | None:
        self.request, self.scope = request, request.path
        self.field = getattr(view, "page_field", "pk")
        self.settled: Callable[..., int] = getattr(view, "settled", _settled_by_clock)
        limit, cursor = limit_of(request), request.query_params.get("cursor")
        position, up = decode_either(self.scope, cursor) if cursor else (MAX_ID, None)
        return self._below(queryset, position, limit) if up is None else self._above(queryset, up, limit)

    def _below(self, queryset: Any, position: int, limit: int) -> list[Any]:
        rows = list(queryset.filter(**{f"{self.field}__lt": position}).order_by(f"-{self.field}")[: limit + 1])
        self.next = self._cursor_after(rows[limit - 1]) if len(rows) > limit else None
        newest = self._position_of(rows[0]) if rows else above_page(position)
        up = begin_upwards(newest, self.settled(rows, more=len(rows) > limit))
        self.previous = encode_newer(self.scope, up)
        return rows[:limit]

    def _above(self, queryset: Any, up: Upwards, limit: int) -> list[Any]:
        found = queryset.filter(**{f"{self.field}__gt": up.position}).order_by(self.field)[:limit]
        rows = list(found)[::-1]
        self.next = self._cursor_after(rows[-1]) if rows else None
        newest = self._position_of(rows[0]) if rows else None
        up = go_on_upwards(up, newest, full=len(rows) == limit, settled=self.settled(rows, more=False))
        self.previous = encode_newer(self.scope, up)
        return rows

    def get_paginated_response(self, data: Any) -> Response:
        return page_response(self.request, data, self.next, self.previous)

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        cursor, limit = super().get_schema_operation_parameters(view)
        return [{**cursor, "description": "`next` or `previous` of another page."}, limit]

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        page = page_schema(schema)
        page["required"].append("previous")
        page["properties"]["previous"] = {
            "type": ["string", "null"],
            "description": "Pass it as `cursor` for what is newer than this page; null in an order of another kind.",
            "example": "Sy7mJ9dXcQ0Z1aVtUe4hRk2WnB8oGfPzLi",
        }
        return page


def _settled_by_clock(rows: Sequence[Any], *, more: bool) -> int:
    """Of ids: whatever was made a minute ago can be seen by now."""
    return settled_id()


def link_header(request: Request, *, next: str | None, previous: str | None = None) -> str:
    """The pages beside this one, as a `Link` header says it."""
    here = request.build_absolute_uri()
    pages = [(next, "next"), (previous, "prev")]
    return ", ".join(f'<{replace_query_param(here, "cursor", cursor)}>; rel="{rel}"' for cursor, rel in pages if cursor)


def page_response(request: Request, results: Any, next: str | None, previous: str | None = "") -> Response:
    """The answer every list gives. If `previous` is empty the list has no such member."""
    ways = {"next": next} if previous == "" else {"next": next, "previous": previous}
    response = Response({"results": results, **ways})
    if next or previous:
        response["Link"] = link_header(request, next=next, previous=previous)
    return response


def page_schema(schema: dict[str, Any]) -> dict[str, Any]:
    """The shape of a page in OpenAPI."""
    return {
        "type": "object",
        "required": ["results", "next"],
        "properties": {
            "results": schema,
            "next": {
                "type": ["string", "null"],
                "description": "Pass it as `cursor` for the next page; null on the last.",
                "example": "u3VQ0nXk7pRb1sYtE5wHc9LmA2dGfJ8zKo",
            },
        },
    }
