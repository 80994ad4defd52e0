"""Whose posts are pulled, to look at."""

from django.contrib import admin

from api.admin_filters import in_force_or
from api.admin_links import linked
from api.readonly_admin import ReadOnlyAdmin
from feed.models import PulledAuthor


@admin.register(PulledAuthor)
class PulledAuthorAdmin(ReadOnlyAdmin):
    list_display = ("number", linked("author"), "ended_at")
    list_filter = (in_force_or("ended", "ended_at"),)
    list_select_related = ("author",)
    ordering = ("-number",)
    search_fields = ("author__username",)
