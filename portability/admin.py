"""Exports, to see whether they are made. Their archives are their owners' alone."""

from django.contrib import admin

from api.readonly_admin import ReadOnlyAdmin
from portability.models import Export, ExportPart


@admin.register(Export)
class ExportAdmin(ReadOnlyAdmin):
    list_display = ["id", "owner", "state", "progress", "created_at", "finished_at", "expires_at"]
    list_filter = ["state", "created_at"]
    list_select_related = ["owner"]
    search_fields = ["=owner__username", "=id"]
    exclude = ["prefix"]


@admin.register(ExportPart)
class ExportPartAdmin(ReadOnlyAdmin):
    list_display = ["export", "number", "size", "sha256"]
    list_select_related = ["export"]
    search_fields = ["=export__id"]
