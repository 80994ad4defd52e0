"""Ways from a row in the admin to the lists of what refers to it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.contrib.admin import AdminSite
from django.contrib.admin.utils import get_fields_from_path
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html


@dataclass(frozen=True)
class RelatedList:
    """A list of rows that refer to one row."""

    label: str
    address: str


def target_of(model: type[Model], path: str) -> type[Model]:
    """The model that a path of relations ends at."""
    last: Any = get_fields_from_path(model, path)[-1]
    target: type[Model] = last.related_model
    return target


def related_lists(site: AdminSite, request: HttpRequest, row: Model) -> list[RelatedList]:
    """The lists of what refers to the row and may be viewed, by their names."""
    return sorted(_related(site, request, row), key=lambda one: one.label)


def _related(site: AdminSite, request: HttpRequest, row: Model) -> Iterator[RelatedList]:
    for model, model_admin in site._registry.items():
        paths = [path for path in getattr(model_admin, "linked_by", ()) if target_of(model, path) is type(row)]
        if not paths or not model_admin.has_view_permission(request):
            continue
        meta = model._meta
        address = reverse(f"{site.name}:{meta.app_label}_{meta.model_name}_changelist")
        for path in paths:
            name = path.rpartition("__")[2].replace("_", " ")
            role = f" ({name})" if len(paths) > 1 or name.endswith(" by") else ""
            yield RelatedList(f"{meta.verbose_name_plural}{role}", f"{address}?{path}={row.pk}")


def linked(name: str) -> Callable[[Model], str]:
    """A column of a list: the row that a relation leads to, as a link to its page."""

    @admin.display(description=name.replace("_", " "))
    def column(row: Model) -> str:
        return link_to(getattr(row, name))

    column.__name__ = name  # the class of its cells
    return column


def link_to(row: Model | None, words: str = "") -> str:
    """A link to a row's page in the admin; a dash for None."""
    if row is None:
        return "–"
    address = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    return format_html('<a href="{}">{}</a>', address, words or str(row) or row.pk)
