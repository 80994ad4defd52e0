"""What search keeps, to look at; and posts by their words, in the admin of posts."""

from django.contrib import admin

from api.admin_links import linked
from api.admin_lists import MAX_COUNTED
from api.admin_search import finds
from api.problems import Problem
from api.readonly_admin import ReadOnlyAdmin
from posts.models import Post
from search.models import DismissedSuggestion, PersonDocument, PersonWord, SearchDocument
from search.posts.models import RawQuery
from search.posts.query import Author, Tagged, Term, parse
from search.posts.vectors import phrase, quoted, tag_lexeme


@finds(Post)
def posts_by_words(typed: str) -> list[int]:
    """The newest posts that hold all the words and #tags, by the index of search; nobody's visibility is asked."""
    try:
        parts = [_expression(term) for term in parse(typed)]
    except Problem:  # what a person typed need not be a query
        return []
    query = " & ".join(f"({part})" for part in parts if part)
    if not query:
        return []
    return list(SearchDocument.objects.matching(RawQuery(query)).newest(MAX_COUNTED).values_list("post_id", flat=True))


def _expression(term: Term) -> str:
    """Of a word or tag that is asked for; empty for what is excluded, and for authors, who are a field of posts."""
    if isinstance(term, Author) or term.excluded:
        return ""
    return quoted(tag_lexeme(term.name)) if isinstance(term, Tagged) else phrase(term.tokens, prefix=term.open_ended)


@admin.register(PersonDocument)
class PersonDocumentAdmin(ReadOnlyAdmin):
    list_display = ["pk", linked("user"), "username", "name", "weight"]
    list_select_related = ["user"]
    search_fields = ["user__username"]


@admin.register(PersonWord)
class PersonWordAdmin(ReadOnlyAdmin):
    list_display = ["word", linked("document"), "is_username", "weight"]
    list_select_related = ["document"]
    search_fields = ["word__startswith"]
    linked_by = ["document"]


@admin.register(DismissedSuggestion)
class DismissedSuggestionAdmin(ReadOnlyAdmin):
    list_display = ["pk", linked("user"), linked("person"), "created_at"]
    list_select_related = ["user", "person"]
    search_fields = ["user__username", "person__username"]
    linked_by = ["user", "person"]


@admin.register(SearchDocument)
class SearchDocumentAdmin(ReadOnlyAdmin):
    list_display = ["post_id", "timeline_id", "indexed_at"]
    search_fields = ["post"]
    fields = ["post_id", "timeline_id", "vector", "indexed_at"]
    readonly_fields = ["post_id", "timeline_id", "vector", "indexed_at"]
