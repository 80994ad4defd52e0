"""Lists of the admin that cost the same at thirty rows and at a hundred million: counts, one order, a time limit."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.admin.views.main import ORDER_VAR, ChangeList
from django.core.paginator import Paginator
from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from psycopg2.errors import QueryCanceled

MAX_COUNTED = 1000  # rows; beyond them a list says "more than" and goes on below the last id
MAX_LIST_MS = 3000  # of one statement
MAX_FILTER_MS = 1000  # of one statement of a list that is filtered or searched, before it goes through the newest alone
MAX_LOOKED_THROUGH = 100_000  # rows, of such a list


class BoundedPaginator(Paginator):  # type: ignore[type-arg]  # Django's class takes no argument at run time
    """Counts no further than `MAX_COUNTED` rows, in the order of the list, so that PostgreSQL walks the same index."""

    @cached_property
    def _seen(self) -> int:
        return int(self.object_list[: MAX_COUNTED + 1].count())  # type: ignore[attr-defined]  # a QuerySet

    @cached_property
    def count(self) -> int:
        return min(self._seen, MAX_COUNTED)

    @property
    def is_cut(self) -> bool:
        """Whether there are more rows than it counts."""
        return self._seen > MAX_COUNTED


class OneOrderChangeList(ChangeList):
    """Rows in the order of their ModelAdmin only: another one would sort the whole table."""

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        self.params.pop(ORDER_VAR, None)
        return list(super().get_ordering(request, queryset))

    @property
    def is_cut(self) -> bool:
        return bool(getattr(self.paginator, "is_cut", False))

    @property
    def older_url(self) -> str | None:
        """The list below its last counted row; None while there are pages left, and of lists in another order."""
        by_id = list(self.model_admin.get_ordering(self.request)) == ["-pk"]
        if not (by_id and self.is_cut and self.page_num >= self.paginator.num_pages):
            return None
        last = list(self.result_list)[-1:]
        return self.get_query_string({"pk__lt": last[0].pk}) if last else None

    def get_results(self, request: HttpRequest) -> None:
        self.request = request
        super().get_results(request)


def first_of(rows: QuerySet[Any], ordering: Any) -> QuerySet[Any]:
    """The first `MAX_LOOKED_THROUGH` rows in the order of a list, as a range of the index that the order is by."""
    order = str(next(iter(ordering)))
    name = order.removeprefix("-")
    edge = rows.order_by(order).values_list(name, flat=True)[MAX_LOOKED_THROUGH : MAX_LOOKED_THROUGH + 1]
    last = list(edge)
    return rows.filter(**{f"{name}__{'gte' if order.startswith('-') else 'lte'}": last[0]}) if last else rows


class ListTooExpensive(Exception):
    """PostgreSQL did not answer in time."""


@contextmanager
def limited_statements(milliseconds: int = MAX_LIST_MS) -> Iterator[None]:
    """Statements inside end after so long, with ListTooExpensive."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('statement_timeout')")
            (before,) = cursor.fetchone()
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{milliseconds}ms"])
            yield
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [before])
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise ListTooExpensive from error
        raise
