"""Filters of the admin's lists that are named conditions: columns that are empty or not say little to a person."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest


def conditions(title: str, parameter: str, choices: dict[str, Q]) -> type[admin.SimpleListFilter]:
    """A filter by one of the conditions, each under the words that the page shows. Rare ones should have an index."""

    class Conditions(admin.SimpleListFilter):
        parameter_name = parameter

        def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
            return [(words.replace(" ", "_"), words) for words in choices]

        def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
            return queryset.filter(choices.get((self.value() or "").replace("_", " "), Q()))

    Conditions.title = title
    return Conditions


def in_force_or(ended: str, column: str) -> type[admin.SimpleListFilter]:
    """Of rows that end when a column is set."""
    return conditions(
        "state", "state", {"in force": Q(**{f"{column}__isnull": True}), ended: Q(**{f"{column}__isnull": False})}
    )
