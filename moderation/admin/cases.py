"""Cases."""

from django.contrib import admin

from api.admin_links import linked
from api.readonly_admin import ReadOnlyAdmin
from moderation.models import Appeal, Case


@admin.register(Case)
class CaseAdmin(ReadOnlyAdmin):
    list_display = ("id", "subject_type", "subject_id", "state", "severity", "reports_count", "opened_at")
    list_filter = ("state", "subject_type")
    search_fields = ("id", "owner_id")
    exclude = ("evidence",)  # what was private is shown by way of a look


@admin.register(Appeal)
class AppealAdmin(ReadOnlyAdmin):
    list_display = ("text", linked("person"), "state", "created_at", "decided_at")
    list_filter = ("state", "created_at")
    list_select_related = ("person",)
    search_fields = ("id", "decision", "person__username")
