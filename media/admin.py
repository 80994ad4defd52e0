"""Media as moderators and operators see them. Nothing here deletes: bytes only go by `manage.py purge_media`."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from api.readonly_admin import ReadOnlyAdmin
from media.media_urls import rendition_url, smallest_url
from media.models import Blob, DirectUpload, Media, Rendition, UploadPart


class LookOnly(ReadOnlyAdmin):
    """Rows that only the system adds and changes."""

    show_facets = admin.ShowFacets.NEVER


def _picture(address: str | None, words: str) -> SafeString | str:
    if address is None:
        return "–"
    return format_html('<img src="{}" alt="{}" style="height:64px;border-radius:4px" loading="lazy">', address, words)


@admin.register(Media)
class MediaAdmin(LookOnly):
    readonly_fields = ["thumbnail"]
    list_display = ["thumbnail", "id", "owner", "kind", "state", "error_code", "references", "created_at", "deleted_at"]
    list_display_links = ["thumbnail", "id"]
    list_filter = ["state", "kind", "error_code", "created_at", ("deleted_at", admin.EmptyFieldListFilter)]
    search_fields = ["=id", "=owner__username", "=blob__sha256", "alt_text"]
    search_help_text = "Id, user name, SHA-256, or words of the alt text"
    list_select_related = ["owner"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Media]:
        return super().get_queryset(request).select_related("owner", "blob").prefetch_related("renditions")

    @admin.display(description="picture")
    def thumbnail(self, media: Media) -> SafeString | str:
        return _picture(smallest_url(media, private=True), media.alt_text)


@admin.register(Blob)
class BlobAdmin(LookOnly):
    list_display = ["key", "content_type", "size", "state", "created_at", "checked_at"]
    list_filter = ["state", "content_type", "created_at"]
    search_fields = ["=key", "=sha256"]
    search_help_text = "Key or SHA-256"


@admin.register(Rendition)
class RenditionAdmin(LookOnly):
    list_display = ["picture", "name", "media", "content_type", "width", "height", "size"]
    list_filter = ["content_type"]
    search_fields = ["=media__id", "=media__owner__username"]
    search_help_text = "Media id or user name"
    list_select_related = ["media"]

    @admin.display(description="")
    def picture(self, rendition: Rendition) -> SafeString | str:
        if not rendition.content_type.startswith("image/"):
            return "–"
        return _picture(rendition_url(rendition.media, rendition, private=True), rendition.media.alt_text)


@admin.register(DirectUpload)
class DirectUploadAdmin(LookOnly):
    list_display = ["id", "owner", "size", "offset", "created_at", "expires_at", "media"]
    list_filter = ["created_at", ("media", admin.EmptyFieldListFilter)]
    search_fields = ["=id", "=owner__username", "=key"]
    list_select_related = ["owner", "media"]


@admin.register(UploadPart)
class UploadPartAdmin(LookOnly):
    list_display = ["upload", "offset", "size", "key"]
    search_fields = ["=upload__id", "=key"]
    list_select_related = ["upload"]
