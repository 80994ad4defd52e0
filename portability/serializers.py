"""The shape of an export."""

from typing import Any

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from media import archives
from portability import examples
from portability.models import Export, ExportPart


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
