"""Exports and imports, to see whether they are made. Their archives are their owners' alone."""

from django.contrib import admin

from api.admin_links import linked
from api.readonly_admin import ReadOnlyAdmin
from portability.models import Export, ExportPart, Import, ImportItem


@admin.register(Export)
class ExportAdmin(ReadOnlyAdmin):
    list_display = ["id", linked("owner"), "state", "progress", "created_at", "finished_at", "expires_at"]
    list_filter = ["state", "created_at"]
    list_select_related = ["owner"]
    search_fields = ["owner__username", "id"]
    exclude = ["prefix"]


@admin.register(ExportPart)
class ExportPartAdmin(ReadOnlyAdmin):
    list_display = ["pk", linked("export"), "number", "size", "sha256"]
    list_select_related = ["export"]
    search_fields = ["export"]


@admin.register(Import)
class ImportAdmin(ReadOnlyAdmin):
    list_display = ["id", linked("owner"), "state", "progress", "error_detail", "created_at", "finished_at"]
    list_filter = ["state", "created_at"]
    list_select_related = ["owner"]
    search_fields = ["owner__username", "id"]
    exclude = ["key"]


@admin.register(ImportItem)
class ImportItemAdmin(ReadOnlyAdmin):
    list_display = ["source", "kind", linked("owner"), "target", "error_code"]
    list_filter = ["kind"]
    list_select_related = ["owner"]
    search_fields = ["owner__username", "import_run"]
    exclude = ["data"]
