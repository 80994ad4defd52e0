"""Media as moderators and operators see them. Nothing here deletes: bytes only go by `manage.py purge_media`."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from api.admin_filters import in_force_or
from api.admin_links import linked
from api.readonly_admin import ReadOnlyAdmin
from media.actions import allow_image, refuse_hash, take_back_refusal
from media.hits import hits_of
from media.media_urls import rendition_url
from media.models import Blob, BlockedImage, DirectUpload, ImageHash, ImageRefusal, Media, Rendition, UploadPart
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


@admin.register(ImageHash)
class ImageHashAdmin(ReadOnlyAdmin):
    list_display = ["digits", linked("blob"), "quality"]
    search_fields = ["blob__sha256", "blob__key"]
    search_help_text = "SHA-256 or key of the original"
    list_select_related = ["blob"]


class BlockedImageForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's class takes no argument at run time
    """A block of a picture of which only a hash is known, as lists that services share have them."""

    sha256 = forms.RegexField(
        r"^\s*[0-9A-Fa-f]{64}\s*$", required=False, help_text="SHA-256 of a file: this file is refused."
    )
    digits = forms.RegexField(
        r"^\s*[0-9A-Fa-f]{64}\s*$",
        required=False,
        label="PDQ",
        help_text="PDQ hash of a picture, of quality 50 or more: near copies are refused.",
    )

    class Meta:
        model = BlockedImage
        fields = ["sha256", "digits", "reason"]

    def clean(self) -> dict[str, str]:
        """One of the hashes."""
        given = dict(super().clean() or {})
        if not given.get("sha256") and not given.get("digits"):
            raise forms.ValidationError("One of the hashes is needed.")
        return given

    def _post_clean(self) -> None:
        """The row is the action's to make."""


@admin.register(BlockedImage)
class BlockedImageAdmin(ReadOnlyAdmin):
    """What is refused. Administrators add hashes and lift blocks; what a block would hit is listed on its page."""

    form = BlockedImageForm
    actions = ["allow"]
    list_display = ["id", "near", "reason", "by", "created_at", "hits_count", "last_hit_at", "lifted_at"]
    list_filter = ["near", in_force_or("lifted", "lifted_at"), "created_at"]
    search_fields = ["id", "sha256", "digits", "by"]
    search_help_text = "An id, SHA-256, PDQ, or who blocked it"
    exclude = ["bands"]
    readonly_fields = ["hits"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("media.add_blockedimage"))

    def has_lift_permission(self, request: HttpRequest) -> bool:
        """The row is never edited, so that the right to change it stands for this."""
        return bool(request.user.has_perm("media.change_blockedimage"))

    def get_readonly_fields(self, request: HttpRequest, obj: BlockedImage | None = None) -> list[str]:
        return self.readonly_fields if obj is not None else []

    def get_fields(self, request: HttpRequest, obj: BlockedImage | None = None) -> Any:
        """The pictures last: there may be many."""
        names = [name for name in super().get_fields(request, obj) if name != "hits"]
        return names if obj is None else [*names, "hits"]

    def get_exclude(self, request: HttpRequest, obj: BlockedImage | None = None) -> list[str] | None:
        return self.exclude if obj is not None else None

    def save_model(self, request: HttpRequest, obj: BlockedImage, form: BlockedImageForm, change: bool) -> None:
        """Adding is the only way here: `ReadOnlyAdmin` lets nobody change a row."""
        given = {name: form.cleaned_data[name] for name in ("sha256", "digits", "reason")}
        made = refuse_hash(**given, by=request.user.get_username())
        obj.pk = made.pk

    @admin.action(description="Take such images again", permissions=["lift"])
    def allow(self, request: HttpRequest, queryset: QuerySet[BlockedImage]) -> None:
        for block in queryset:
            if allow_image(blocked_id=block.pk):
                self.log_change(request, block, "Takes such images again")

    @admin.display(description="media that are there and would be refused (the nearest 200)")
    def hits(self, block: BlockedImage) -> SafeString:
        rows = ((thumbnail(hit.media), hit.media, hit.distance) for hit in hits_of(block))
        return format_html_join(" ", '<figure style="display:inline-block">{}<br>{}, {} bits</figure>', rows)


@admin.register(ImageRefusal)
class ImageRefusalAdmin(ReadOnlyAdmin):
    """What was refused without anybody's look, to be taken back where it was wrong."""

    actions = ["take_back"]
    list_display = [
        "id", linked("owner"), linked("media"), linked("blocked"), "distance", "created_at", "lifted_at",
    ]  # fmt: skip
    list_filter = [in_force_or("let through", "lifted_at"), "created_at"]
    search_fields = ["owner__username", "media"]
    search_help_text = "A user name, or the id of a media"
    list_select_related = ["owner", "media", "blocked"]

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("media.change_imagerefusal"))

    @admin.action(description="Let through: it was refused wrongly", permissions=["decide"])
    def take_back(self, request: HttpRequest, queryset: QuerySet[ImageRefusal]) -> None:
        for refusal in queryset:
            if take_back_refusal(refusal_id=refusal.pk):
                self.log_change(request, refusal, "Taken back")
