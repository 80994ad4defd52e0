"""What is about a moderator is not shown to them: reports say who made them."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from api.readonly_admin import ReadOnlyAdmin


class ImpartialAdmin(ReadOnlyAdmin):
    """Leaves out rows whose `owner_path` is the viewer; superusers see their own, too."""

    owner_path = "owner_id"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        viewer: Any = request.user
        return rows if viewer.is_superuser else rows.exclude(**{self.owner_path: viewer.pk})
