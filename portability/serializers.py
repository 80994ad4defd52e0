"""The shapes of exports and imports."""

from typing import Any

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from api.fields import Sha256Field
from media import archives
from media.presigned_uploads import presigned_upload_of
from portability import examples
from portability.models import Export, ExportPart, Import, ImportItem


class ArchiveSerializer(serializers.Serializer[ExportPart]):
    url = serializers.URLField(read_only=True, help_text="Good for a few minutes; ask again for a fresh one.")
    size = serializers.IntegerField(read_only=True, help_text="Bytes.")
    sha256 = serializers.CharField(read_only=True)


@extend_schema_serializer(examples=[examples.READY, examples.RUNNING])
class ExportSerializer(serializers.ModelSerializer[Export]):
    id = serializers.CharField(read_only=True)
    progress = serializers.IntegerField(read_only=True, help_text="Percent.")
    url = serializers.SerializerMethodField(help_text="Of the first archive, which most exports have alone.")
    archives = serializers.SerializerMethodField(help_text="All of them, once the export is ready.")

    class Meta:
        model = Export
        fields = ["id", "state", "progress", "url", "archives", "created_at", "finished_at", "expires_at"]
        read_only_fields = fields

    @extend_schema_field(serializers.URLField(allow_null=True))
    def get_url(self, export: Export) -> str | None:
        return next((archive["url"] for archive in self.get_archives(export)), None)

    @extend_schema_field(ArchiveSerializer(many=True))
    def get_archives(self, export: Export) -> list[dict[str, Any]]:
        if export.state != Export.State.READY:
            return []
        parts = sorted(export.parts.all(), key=lambda part: part.number)
        return [{"url": self._url(export, part), "size": part.size, "sha256": part.sha256} for part in parts]

    def _url(self, export: Export, part: ExportPart) -> str:
        return archives.url(export.prefix, part.name, export.expires_at)


@extend_schema_serializer(examples=[examples.ANNOUNCED])
class ImportInput(serializers.Serializer[Any]):
    """An archive to be sent."""

    size = serializers.IntegerField(min_value=1, max_value=2**40, help_text="Bytes.")
    sha256 = Sha256Field(help_text="In hexadecimal. Given, the store takes no other bytes.")


class ArrivalSerializer(serializers.Serializer[Any]):
    """Where the archive is sent."""

    method = serializers.ChoiceField(["PUT"])
    url = serializers.CharField()
    headers = serializers.DictField(child=serializers.CharField(), help_text="To send with the archive, as they are.")
    expires_at = serializers.DateTimeField()


@extend_schema_serializer(examples=[examples.SKIPPED])
class SkippedSerializer(serializers.Serializer[ImportItem]):
    """Something that was not made, and why."""

    kind = serializers.CharField()
    name = serializers.CharField(source="source", help_text="What the archive calls it.")
    code = serializers.CharField(source="error_code")


class ImportFailureSerializer(serializers.Serializer[Any]):
    """Why an import failed. What was made of it stays."""

    code = serializers.CharField(read_only=True, help_text="`not_an_archive`, `account_away`, `too_slow`")
    detail = serializers.CharField(read_only=True)


@extend_schema_serializer(examples=[examples.IMPORT_READY, examples.IMPORT_FAILED, examples.IMPORT_ANNOUNCED])
class ImportSerializer(serializers.ModelSerializer[Import]):
    id = serializers.CharField(read_only=True)
    upload = serializers.SerializerMethodField(help_text="Null once the archive has been handed over.")
    progress = serializers.IntegerField(read_only=True, help_text="Percent.")
    error = serializers.SerializerMethodField(help_text="Null unless it failed.")
    media_count = serializers.IntegerField(read_only=True)
    posts_count = serializers.IntegerField(source="post_count", read_only=True)
    stories_count = serializers.IntegerField(source="story_count", read_only=True)
    highlights_count = serializers.IntegerField(source="highlight_count", read_only=True)
    collections_count = serializers.IntegerField(source="collection_count", read_only=True)
    missing_count = serializers.IntegerField(
        read_only=True, help_text="What could not be made because its files are in no archive that was sent yet."
    )

    class Meta:
        model = Import
        fields = [
            "id", "state", "progress", "error", "upload", "media_count", "posts_count", "stories_count",
            "highlights_count", "collections_count", "missing_count", "created_at", "finished_at",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(ImportFailureSerializer(allow_null=True))
    def get_error(self, row: Import) -> dict[str, str] | None:
        failed = row.state == Import.State.FAILED
        return {"code": row.error_code, "detail": row.error_detail} if failed else None

    @extend_schema_field(ArrivalSerializer(allow_null=True))
    def get_upload(self, row: Import) -> dict[str, Any] | None:
        sent_to = presigned_upload_of(row.upload) if row.upload and row.state == Import.State.ANNOUNCED else None
        if sent_to is None or row.upload is None:
            return None
        expires_at = serializers.DateTimeField().to_representation(row.upload.expires_at)
        return {"method": "PUT", "url": sent_to.url, "headers": sent_to.headers, "expires_at": expires_at}
