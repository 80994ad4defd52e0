"""Writes that are the same for rows of every app."""

from typing import Any

from django.db.models import QuerySet


def delete_some(*, rows: QuerySet[Any, Any], most: int) -> int:
    """Deletes the first `most` of these rows, with what hangs on them; says how many of these there were.

    So that a statement stays small however many there are: call it again until it says 0.
    """
    pks = list(rows.order_by("pk").values_list("pk", flat=True)[:most])
    rows.model._base_manager.filter(pk__in=pks).delete()
    return len(pks)
