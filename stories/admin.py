"""Stories and highlights, for moderators. Looked at here, changed by actions; nothing is deleted for good."""

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from api.readonly_admin import ReadOnlyAdmin
from media.thumbnails import thumbnail, thumbnails
from stories.models import Highlight, HighlightItem, Seen, Story


@admin.register(Story)
class StoryAdmin(ReadOnlyAdmin):
    readonly_fields = ("picture",)
    list_display = ("id", "picture", "author", "created_at", "expires_at", "deleted_at", "removed_at")
    list_filter = (
        "created_at",
        "audience",
        "media__kind",
        "media__state",
        "expires_at",
        ("timeline_id", admin.EmptyFieldListFilter),
        ("deleted_at", admin.EmptyFieldListFilter),
        ("removed_at", admin.EmptyFieldListFilter),
    )
    search_fields = ("=author__username", "media__alt_text", "=id", "=media__id")
    search_help_text = "A user name, words of the alt text, or the id of a story or media"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Story]:
        rows = super().get_queryset(request).select_related("author", "media")
        return rows.prefetch_related("media__renditions")

    @admin.display(description="picture")
    def picture(self, story: Story) -> SafeString:
        return thumbnail(story.media)


@admin.register(Highlight)
class HighlightAdmin(ReadOnlyAdmin):
    readonly_fields = ("pictures",)
    list_display = ("id", "pictures", "title", "owner", "stories", "created_at", "updated_at", "removed_at")
    list_filter = ("created_at", "updated_at", ("cover_media", admin.EmptyFieldListFilter))
    search_fields = ("title", "=owner__username", "=id")
    search_help_text = "Words of the title, a user name or an id"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Highlight]:
        rows = super().get_queryset(request).select_related("owner", "cover_story", "cover_media")
        rows = rows.prefetch_related("items__story__media__renditions")
        counted: QuerySet[Highlight] = rows.annotate(items_number=Count("items"))
        return counted

    @admin.display(description="pictures")
    def pictures(self, highlight: Highlight) -> SafeString:
        items = sorted(highlight.items.all(), key=lambda item: item.position)
        return thumbnails(item.story.media for item in items)

    @admin.display(description="stories")
    def stories(self, highlight: Highlight) -> int:
        return int(highlight.items_number)  # type: ignore[attr-defined]


@admin.register(HighlightItem)
class HighlightItemAdmin(ReadOnlyAdmin):
    list_display = ("picture", "highlight", "story", "position")
    list_filter = ("story__media__kind", "story__created_at")
    search_fields = ("=highlight__id", "=story__id", "=highlight__owner__username")

    def get_queryset(self, request: HttpRequest) -> QuerySet[HighlightItem]:
        rows = super().get_queryset(request).select_related("highlight", "story__media")
        return rows.prefetch_related("story__media__renditions")

    @admin.display(description="picture")
    def picture(self, item: HighlightItem) -> SafeString:
        return thumbnail(item.story.media)


@admin.register(Seen)
class SeenAdmin(ReadOnlyAdmin):
    list_display = ("viewer", "story", "seen_at")
    list_filter = ("seen_at",)
    list_select_related = ("viewer", "story")
    search_fields = ("=viewer__username", "=story__id")
