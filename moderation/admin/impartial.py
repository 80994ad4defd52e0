"""Rows about something of somebody: whose, and not to be shown to them, for reports say who made them."""

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest

from accounts.models import User
from api.readonly_admin import ReadOnlyAdmin


class OfOwnerAdmin(ReadOnlyAdmin):
    """With a column for the user name of whose it is."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        if "owner" not in self.list_display:
            return rows
        people = User.objects.filter(pk=OuterRef("owner_id"))
        named: QuerySet[Any] = rows.annotate(owner_name=Subquery(people.values("username")[:1]))
        return named

    @admin.display(description="owner")
    def owner(self, row: Any) -> str:
        return row.owner_name or f"{row.owner_id} (gone)"


class ImpartialAdmin(OfOwnerAdmin):
    """Leaves out rows whose `owner_path` is the viewer; superusers see their own, too."""

    owner_path = "owner_id"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        viewer: Any = request.user
        return rows if viewer.is_superuser else rows.exclude(**{self.owner_path: viewer.pk})
