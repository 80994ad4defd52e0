"""Moderation's own rows, to look at; reasons and weights, which the operator edits."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from accounts.models import User
from api.admin_links import linked
from api.admin_lists import MAX_COUNTED
from api.admin_search import finds
from api.ids import id_in
from api.readonly_admin import BoundedAdmin, ReadOnlyAdmin
from moderation.admin.impartial import ImpartialAdmin, OfOwnerAdmin
from moderation.admin.queue import NO_VIOLATION, OTHER
from moderation.models import (
    Case,
    CategoryWeight,
    Decision,
    DecisionMail,
    Look,
    Note,
    Reason,
    Report,
    SubjectType,
)

NEEDED_REASONS = (NO_VIOLATION, OTHER)


def _about(rows: QuerySet[Any], typed: str) -> list[int]:
    """The ids of rows about the subject with this id, whatever its type (the index begins with the type), or about what
    is of the person with this user name."""
    owner = User.objects.named(typed.removeprefix("@")).first()
    if owner is not None:
        return list(rows.filter(owner_id=owner.pk).order_by("-pk").values_list("pk", flat=True)[:MAX_COUNTED])
    number = id_in(typed)
    if number is None:
        return []
    found = rows.filter(subject_type__in=SubjectType.values, subject_id=number).order_by("-pk")
    return list(found.values_list("pk", flat=True)[:MAX_COUNTED])


@finds(Case)
def cases_about(typed: str) -> list[int]:
    return _about(Case.objects.all(), typed)


@finds(Decision)
def decisions_about(typed: str) -> list[int]:
    return _about(Decision.objects.all(), typed)


@admin.register(Report)
class ReportAdmin(ImpartialAdmin):
    owner_path = "case__owner_id"
    list_display = ("category", linked("case"), linked("reporter"), "comment", "state", "created_at")
    list_filter = ("state", "category", "subject_type", "created_at")
    list_select_related = ("case", "reporter")
    search_fields = ("id", "case", "reporter__username")
    search_help_text = "A reporter's user name, or the id of a report or case"
    linked_by = ("case", "reporter")


@admin.register(Decision)
class DecisionAdmin(ImpartialAdmin):
    list_display = ("at", "action", "subject_type", "subject_id", "owner", "reason", "moderator_name", "automatic")
    list_filter = ("action", "automatic", "subject_type", "at")
    search_fields = ("id", "owner_id", "moderator_id", "case_id")
    search_help_text = "The id of a decision, case, subject, owner or moderator, or the owner's user name"


@admin.register(Note)
class NoteAdmin(ImpartialAdmin):
    owner_path = "case__owner_id"
    list_display = ("text", linked("case"), linked("author"), "created_at")
    list_select_related = ("case", "author")
    search_fields = ("case", "author__username")
    linked_by = ("case", "author")


@admin.register(Look)
class LookAdmin(OfOwnerAdmin):
    list_display = ("at", "moderator_name", "subject_type", "subject_id", "owner", "case_id")
    list_filter = ("at",)
    search_fields = ("id", "moderator_id", "case_id")
    search_help_text = "The id of a moderator or case"


@admin.register(DecisionMail)
class DecisionMailAdmin(ReadOnlyAdmin):
    list_display = ("pk", linked("decision"), linked("person"), "created_at", "sent_at", "dropped_at")
    list_select_related = ("decision", "person")
    ordering = ("-created_at",)
    search_fields = ("decision", "person__username")


class EditedByTheOperator(BoundedAdmin):
    """Settings that are rows: they are changed here, and leave no trace in what was decided before."""


@admin.register(Reason)
class ReasonAdmin(EditedByTheOperator):
    """A reason that is not wanted any more is not offered; its key stays. The queue cannot do without some."""

    list_display = ("key", "title", "sentence", "position", "is_offered")
    ordering = ("position", "pk")

    def get_prepopulated_fields(self, request: HttpRequest, obj: Reason | None = None) -> dict[str, Any]:
        return {} if obj else {"key": ("title",)}

    def get_readonly_fields(self, request: HttpRequest, obj: Reason | None = None) -> list[str]:
        if obj is None:
            return []
        return ["key", "is_offered"] if obj.key in NEEDED_REASONS else ["key"]

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(CategoryWeight)
class CategoryWeightAdmin(EditedByTheOperator):
    list_display = ("category", "severity")
