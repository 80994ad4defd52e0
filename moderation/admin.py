"""Moderation's own rows, to look at."""

from django.contrib import admin

from api.readonly_admin import ReadOnlyAdmin
from moderation.models import Appeal, Case, CategoryWeight, Decision, DecisionMail, Look, Note, Reason, Report


@admin.register(Case)
class CaseAdmin(ReadOnlyAdmin):
    list_display = ("subject_type", "subject_id", "state", "severity", "reports_count", "opened_at")
    list_filter = ("state", "subject_type", "severity")
    search_fields = ("=subject_id", "=owner_id")


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    list_display = ("subject_type", "subject_id", "category", "state", "created_at")
    list_filter = ("state", "category", "subject_type")
    raw_id_fields = ("case",)
    search_fields = ("=subject_id",)


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    list_display = ("at", "action", "subject_type", "subject_id", "reason", "moderator_name", "automatic")
    list_filter = ("action", "automatic", "subject_type")
    search_fields = ("=subject_id", "=owner_id", "=moderator_name")


@admin.register(Appeal)
class AppealAdmin(ReadOnlyAdmin):
    list_display = ("decision", "state", "created_at", "decided_at")
    list_filter = ("state",)
    list_select_related = ("decision",)


@admin.register(Note)
class NoteAdmin(ReadOnlyAdmin):
    list_display = ("case", "author", "created_at")
    list_select_related = ("case", "author")


@admin.register(Look)
class LookAdmin(ReadOnlyAdmin):
    list_display = ("at", "moderator_name", "subject_type", "subject_id")
    search_fields = ("=moderator_name", "=subject_id", "=owner_id")


@admin.register(DecisionMail)
class DecisionMailAdmin(ReadOnlyAdmin):
    list_display = ("decision", "created_at", "sent_at", "dropped_at")
    list_select_related = ("decision",)
    ordering = ("-created_at",)


@admin.register(Reason)
class ReasonAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # Django's class takes no argument at run time
    """What the operator edits. A reason that is not wanted any more is not offered; its key stays."""

    list_display = ("key", "title", "sentence", "position", "is_offered")
    ordering = ("position", "pk")
    prepopulated_fields = {"key": ("title",)}

    def has_delete_permission(self, request: object, obj: object = None) -> bool:
        return False


@admin.register(CategoryWeight)
class CategoryWeightAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # as above
    list_display = ("category", "severity")
