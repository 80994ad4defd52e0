"""The shape of a media in and out."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from api.fields import IdField, Sha256Field, TextField
from media import examples
from media.media_urls import media_urls
from media.models import DirectUpload, Media
from media.notices import described
from media.presigned_uploads import presigned_upload_of


class RenditionSerializer(serializers.Serializer[Any]):
    """One size of a media. The address is good for minutes; ask for the media again afterwards."""

    url = serializers.URLField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    type = serializers.CharField(help_text="Content type.")


class PosterSerializer(RenditionSerializer):
    """A still picture of a video: a JPEG that every client can show, and other sizes of it."""

    renditions = RenditionSerializer(many=True)


class MediaErrorSerializer(serializers.Serializer[Any]):
    """Why a media could not be shown. Its original is kept."""

    code = serializers.CharField()
    detail = serializers.CharField()


class MediaNoticeSerializer(serializers.Serializer[Any]):
    """What a media that is shown lacks, or has otherwise, of its original."""

    code = serializers.CharField()
    detail = serializers.CharField()


@extend_schema_serializer(examples=[examples.READY, examples.VIDEO, examples.WAITING])
class MediaSerializer(serializers.Serializer[Media]):
    """A media as everybody sees it.

    Context: `private` (the owner's account is; their addresses live for minutes), `not_after` (when addresses end at
    the latest), `token_for` (see media_urls.py). Reads prefetched `renditions`, no query.
    """

    id = IdField()
    kind = serializers.ChoiceField(choices=Media.Kind.choices)
    state = serializers.ChoiceField(
        choices=[state for state in Media.State.choices if state[0] != Media.State.RECEIVING],
        help_text="`processing` until its renditions are made, then `ready`, or `failed` with an `error`.",
    )
    alt_text = serializers.CharField(allow_blank=True)
    width = serializers.IntegerField(allow_null=True, help_text="Pixels, upright.")
    height = serializers.IntegerField(allow_null=True)
    blurhash = serializers.CharField(allow_null=True)
    duration = serializers.FloatField(allow_null=True, help_text="Seconds, of a video.")
    url = serializers.URLField(allow_null=True, help_text="JPEG or MP4: what every client can show.")
    renditions = RenditionSerializer(many=True)
    poster = PosterSerializer(allow_null=True, help_text="A still picture of a video.")
    progress = serializers.IntegerField(
        allow_null=True, min_value=0, max_value=100, help_text="Percent, while a video is being made; else null."
    )
    notices = MediaNoticeSerializer(
        many=True, help_text="What a `ready` one lacks, or has otherwise, of its original; mostly nothing."
    )
    error = MediaErrorSerializer(required=False, help_text="Only when `failed`.")

    def _addresses(self, media: Media) -> dict[str, Any]:
        """None of what was taken down, but for its moderators: whoever owns it could hand them out for ever."""
        if self.context.get("withheld", "private" not in self.context and media.withheld > 0):
            return {"url": None, "renditions": [], "poster": None}
        return media_urls(
            media,
            private=self.context.get("private", True),
            not_after=self.context.get("not_after"),
            token_for=self.context.get("token_for"),
        )

    def to_representation(self, media: Media) -> dict[str, Any]:
        data = {
            "id": str(media.pk),
            "kind": media.kind,
            "state": media.state,
            "alt_text": media.alt_text,
            "width": media.width,
            "height": media.height,
            "blurhash": media.blurhash or None,
            "duration": media.duration,
            **self._addresses(media),
            "progress": media.progress if media.state == Media.State.PROCESSING else None,
            "notices": described(media.notices),
        }
        if media.state == Media.State.FAILED:
            data["error"] = {"code": media.error_code, "detail": media.error_detail}
        return data


class QuotaShareSerializer(serializers.Serializer[Any]):
    """What is used of a limit."""

    used = serializers.IntegerField()
    limit = serializers.IntegerField(allow_null=True, help_text="Null is no limit.")


@extend_schema_serializer(examples=[examples.QUOTA])
class QuotaSerializer(serializers.Serializer[Any]):
    """How much one keeps, and may keep."""

    bytes = QuotaShareSerializer(help_text="Of originals; renditions are not counted.")
    files = QuotaShareSerializer(help_text="Photos and videos.")


@extend_schema_serializer(examples=[examples.SENT])
class MediaUploadSerializer(serializers.Serializer[Any]):
    """What is sent to make a media."""

    file = serializers.FileField(
        allow_empty_file=True,
        help_text="The photo or video, byte for byte, as a part with a `filename` (any).",
        error_messages={"invalid": "This part is text: a file's Content-Disposition has a filename."},
    )
    alt_text = TextField(max_length=1500, required=False, default="", allow_blank=True)


@extend_schema_serializer(examples=[examples.DESCRIBED])
class MediaEditSerializer(serializers.Serializer[Any]):
    """What of a media can be changed."""

    alt_text = TextField(max_length=1500, allow_blank=True)


@extend_schema_serializer(examples=[examples.ANNOUNCED])
class AnnouncedUploadSerializer(serializers.Serializer[Any]):
    """A file that one is about to send."""

    size = serializers.IntegerField(min_value=1, help_text="Bytes, exactly.")
    sha256 = Sha256Field(help_text="In hexadecimal. Given, the store takes no other bytes.")
    alt_text = TextField(max_length=1500, required=False, default="", allow_blank=True)


@extend_schema_serializer(examples=[examples.PERMIT])
class DirectUploadSerializer(serializers.Serializer[DirectUpload]):
    """Where an announced file is sent, or what became of it."""

    id = IdField()
    method = serializers.ChoiceField(["PUT"])
    url = serializers.CharField(allow_null=True, help_text="Null when it is completed, or over.")
    headers = serializers.DictField(child=serializers.CharField(), help_text="To send with the file, as they are.")
    size = serializers.IntegerField(help_text="Bytes, as announced.")
    offset = serializers.IntegerField(help_text="How many bytes have arrived in parts.")
    expires_at = serializers.DateTimeField()
    media = IdField(allow_null=True, help_text="When it is completed.")

    def to_representation(self, upload: DirectUpload) -> dict[str, Any]:
        presign_upload = presigned_upload_of(upload)
        return {
            "id": str(upload.pk),
            "method": "PUT",
            "url": presign_upload.url if presign_upload else None,
            "headers": presign_upload.headers if presign_upload else {},
            "size": upload.size,
            "offset": upload.offset,
            "expires_at": self.fields["expires_at"].to_representation(upload.expires_at),
            "media": str(upload.media_id) if upload.media_id else None,
        }


@extend_schema_serializer(examples=[examples.PROGRESS])
class UploadProgressSerializer(serializers.Serializer[DirectUpload]):
    """How much of an announced file has arrived in parts."""

    offset = serializers.IntegerField(help_text="Bytes. The next part begins here.")
    size = serializers.IntegerField(help_text="Bytes, as announced.")
    expires_at = serializers.DateTimeField(help_text="Until then the next part is taken.")
