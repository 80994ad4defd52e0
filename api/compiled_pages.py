"""Pages of compiled reads, downwards and upwards."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from api.compiled import CompiledRead
from api.ids import MAX_ID
from api.pagination import (
    NewerPages,
    Upwards,
    above_page,
    begin_upwards,
    decode_either,
    encode_cursor,
    encode_newer,
    go_on_upwards,
    limit_of,
)
from api.viewsets import BaseViewSet

Rows = Sequence[tuple[Any, ...]]


class PageOfRows(NamedTuple):
    """Rows as the read gives them, first in the list's order, and the cursors beside them; `previous` is empty where
    the list does not grow at its head."""

    rows: Rows
    next: str | None
    previous: str | None


class CompiledPages(BaseViewSet):
    """Lists in descending order of a number, each row's last value. One that does not grow at its head has CursorPages
    as its `pagination_class`."""

    pagination_class: Any = NewerPages

    def page_of(self, read: Callable[..., CompiledRead], **given: Any) -> PageOfRows:
        """The page that the request asks for. The read's shape is `count` and, if the list grows at its head, `newer`;
        it takes `viewer` and `position` besides what is `given`."""
        scope, limit, cursor = self.request.path, limit_of(self.request), self.request.query_params.get("cursor")
        position, up = decode_either(scope, cursor) if cursor else (MAX_ID, None)
        count, way = (limit + 1, {}) if up is None else (limit, {"newer": True})
        rows = read(count=count, **way).rows(viewer=self.me.pk, position=position, **given)
        shown = rows[::-1] if up is not None else rows[:limit]
        more = up is not None or len(rows) > limit
        after = encode_cursor(scope, shown[-1][-1]) if shown and more else None
        if not issubclass(self.pagination_class, NewerPages):
            return PageOfRows(shown, after, "")
        newest = shown[0][-1] if shown else position if up is not None else above_page(position)
        above = self._above(newest, up, shown, more=more, full=len(rows) == limit, given=given)
        return PageOfRows(shown, after, encode_newer(scope, above))

    def settled(self, rows: Rows, *, more: bool, **given: Any) -> int | None:
        """The number down to which nothing appears any more, by the rows of a page and `more` below them.

        None, unless a subclass says something else: the numbers are given in the order of commits.
        """
        return None

    def _above(
        self, newest: int, up: Upwards | None, rows: Rows, *, more: bool, full: bool, given: dict[str, Any]
    ) -> Upwards:
        """Where asking for newer rows begins: what appears late below the newest must not be missed."""
        settled = self.settled(rows, more=more and up is None, **given)
        if settled is None:
            return Upwards(newest, newest)
        if up is None:
            return begin_upwards(newest, settled)
        return go_on_upwards(up, newest, full=full, settled=settled)
