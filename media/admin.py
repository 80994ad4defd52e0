"""Media as moderators and operators see them. Nothing here deletes: bytes only go by `manage.py purge_media`."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from api.admin_links import linked
from api.readonly_admin import ReadOnlyAdmin
from media.media_urls import rendition_url
from media.models import Blob, DirectUpload, Media, Rendition, UploadPart
from media.thumbnails import large, thumbnail


@admin.register(Media)
class MediaAdmin(ReadOnlyAdmin):
    list_display = ["picture", "id", linked("owner"), "kind", "state", "error_code", "references", "created_at"]
    list_display_links = ["picture", "id"]
    list_filter = ["state", "kind", "created_at"]
    search_fields = ["id", "owner__username", "blob__sha256", "prefix"]
    search_help_text = "An id, a user name, the SHA-256 of the original or the folder of an address"
    readonly_fields = ["shown"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Media]:
        return super().get_queryset(request).select_related("owner", "blob").prefetch_related("renditions")

    def get_fields(self, request: HttpRequest, obj: Media | None = None) -> Any:
        return ["shown", *(name for name in super().get_fields(request, obj) if name != "shown")]

    @admin.display(description="picture")
    def picture(self, media: Media) -> SafeString:
        return thumbnail(media)

    @admin.display(description="picture")
    def shown(self, media: Media) -> SafeString:
        return large(media)


@admin.register(Blob)
class BlobAdmin(ReadOnlyAdmin):
    list_display = ["key", "content_type", "size", "state", "created_at", "checked_at"]
    list_filter = ["state", "created_at"]
    search_fields = ["key", "sha256"]
    search_help_text = "Key or SHA-256"


@admin.register(Rendition)
class RenditionAdmin(ReadOnlyAdmin):
    list_display = ["picture", "name", linked("media"), "content_type", "width", "height", "size"]
    list_display_links = ["name"]
    search_fields = ["media"]
    search_help_text = "The id of a media"
    list_select_related = ["media"]

    @admin.display(description="picture")
    def picture(self, rendition: Rendition) -> SafeString | str:
        if not rendition.content_type.startswith("image/"):
            return "–"
        address = rendition_url(rendition.media, rendition, private=True)
        words = rendition.media.alt_text or rendition.name
        return format_html('<span class="thumbnail"><img src="{}" alt="{}" loading="lazy"></span>', address, words)


@admin.register(DirectUpload)
class DirectUploadAdmin(ReadOnlyAdmin):
    list_display = ["id", linked("owner"), "size", "offset", "created_at", "expires_at", linked("media")]
    list_filter = ["created_at"]
    search_fields = ["id", "owner__username", "key"]
    list_select_related = ["owner", "media"]


@admin.register(UploadPart)
class UploadPartAdmin(ReadOnlyAdmin):
    list_display = ["key", linked("upload"), "offset", "size"]
    search_fields = ["upload", "key"]
    list_select_related = ["upload"]
