"""Media of one's own, and the names of their files in an archive."""

from collections.abc import Iterator
from typing import Any

from accounts.models import User
from media.models import Media
from media.processing.kinds import ending_of

CHUNK = 500


def file_of(row: Media) -> str:
    """The original's name in the archive."""
    return f"media/{row.pk}.{ending_of(row.blob.content_type)}"


def preview_of(row: Media) -> str:
    """The name of a small picture of it, which every browser shows."""
    return f"previews/{row.pk}.webp"


def media(person: User) -> Iterator[dict[str, Any]]:
    for row in Media.objects.owned_by(person).select_related("blob").order_by("pk").iterator(CHUNK):
        yield {
            "id": str(row.pk),
            "file": file_of(row),
            "kind": row.kind,
            "sha256": row.blob.sha256,
            "size": row.size,
            "alt_text": row.alt_text,
            "width": row.width,
            "height": row.height,
            "duration": row.duration,
            "created_at": row.created_at,
        }
