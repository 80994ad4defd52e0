"""What search keeps, to look at."""

from django.contrib import admin

from api.readonly_admin import ReadOnlyAdmin
from search.models import DismissedSuggestion, PersonDocument, PersonWord, SearchDocument


@admin.register(PersonDocument)
class PersonDocumentAdmin(ReadOnlyAdmin):
    list_display = ["user", "username", "name", "weight"]
    list_select_related = ["user"]
    search_fields = ["user__username"]


@admin.register(PersonWord)
class PersonWordAdmin(ReadOnlyAdmin):
    list_display = ["word", "document", "is_username", "weight"]
    list_select_related = ["document"]
    search_fields = ["word__startswith"]


@admin.register(DismissedSuggestion)
class DismissedSuggestionAdmin(ReadOnlyAdmin):
    list_display = ["user", "person", "created_at"]
    list_select_related = ["user", "person"]
    search_fields = ["user__username", "person__username"]


@admin.register(SearchDocument)
class SearchDocumentAdmin(ReadOnlyAdmin):
    list_display = ["post_id", "timeline_id", "indexed_at"]
    search_fields = ["=post__id"]
    fields = ["post_id", "timeline_id", "vector", "indexed_at"]
    readonly_fields = ["post_id", "timeline_id", "vector", "indexed_at"]
