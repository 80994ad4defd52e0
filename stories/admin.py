"""Stories and highlights, for moderators. Looked at here, changed by actions; nothing is deleted for good."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from api.admin_links import linked
from api.readonly_admin import ReadOnlyAdmin
from media.thumbnails import large, thumbnail, thumbnails
from stories.models import Highlight, HighlightItem, Seen, Story


@admin.register(Story)
class StoryAdmin(ReadOnlyAdmin):
    readonly_fields = ("shown",)
    list_display = ("picture", "id", linked("author"), "created_at", "expires_at", "deleted_at", "removed_at")
    list_display_links = ("picture", "id")
    list_filter = ("created_at",)
    search_fields = ("id", "author__username", "media")
    search_help_text = "A user name, or the id of a story or media"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Story]:
        rows = super().get_queryset(request).select_related("author", "media")
        return rows.prefetch_related("media__renditions")

    @admin.display(description="picture")
    def picture(self, story: Story) -> SafeString:
        return thumbnail(story.media)

    @admin.display(description="picture")
    def shown(self, story: Story) -> SafeString:
        return large(story.media)


@admin.register(Highlight)
class HighlightAdmin(ReadOnlyAdmin):
    readonly_fields = ("shown",)
    list_display = ("pictures", "title", linked("owner"), "stories", "created_at", "removed_at")
    list_display_links = ("pictures", "title")
    list_filter = ("created_at",)
    search_fields = ("id", "owner__username", "title__words")
    search_help_text = "Words of the title, a user name or an id"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Highlight]:
        rows = super().get_queryset(request).select_related("owner", "cover_story", "cover_media")
        return rows.prefetch_related("items__story__media__renditions")

    @admin.display(description="pictures")
    def pictures(self, highlight: Highlight) -> SafeString:
        items = sorted(highlight.items.all(), key=lambda item: item.position)
        return thumbnails(item.story.media for item in items)

    @admin.display(description="pictures")
    def shown(self, highlight: Highlight) -> SafeString:
        items = sorted(highlight.items.all(), key=lambda item: item.position)
        return format_html_join(" ", "{}", ((large(item.story.media),) for item in items))

    @admin.display(description="stories")
    def stories(self, highlight: Highlight) -> int:
        return len(highlight.items.all())


@admin.register(HighlightItem)
class HighlightItemAdmin(ReadOnlyAdmin):
    list_display = ("picture", linked("highlight"), linked("story"), "position")
    search_fields = ("highlight", "story")

    def get_queryset(self, request: HttpRequest) -> QuerySet[HighlightItem]:
        rows = super().get_queryset(request).select_related("highlight", "story__media")
        return rows.prefetch_related("story__media__renditions")

    @admin.display(description="picture")
    def picture(self, item: HighlightItem) -> SafeString:
        return thumbnail(item.story.media)


@admin.register(Seen)
class SeenAdmin(ReadOnlyAdmin):
    list_display = ("pk", linked("viewer"), linked("story"), "seen_at")
    list_filter = ("seen_at",)
    list_select_related = ("viewer", "story")
    search_fields = ("viewer__username", "story")
