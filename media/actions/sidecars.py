"""The notes beside originals, and what becomes of a key that its original has left."""

from typing import Any

from media.models import Blob, Media
from media.stores import layout


def about(media: Media, blob: Blob) -> dict[str, Any]:
    """What the sidecar of a media says: all that is needed to make its row again."""
    return {
        "media": str(media.pk),
        "owner": str(media.owner_id),
        "kind": media.kind,
        "sha256": blob.sha256,
        "size": blob.size,
        "content_type": blob.content_type,
        "alt_text": media.alt_text,
        "created_at": media.created_at.isoformat(),
    }


def write_sidecars(*, blob: Blob, key: str) -> None:
    """Notes beside the original under `key` for all media that share it, once it moves there."""
    for media in blob.media_set.exclude(state=Media.State.RECEIVING):
        layout.put_sidecar(key, media.pk, about(media, blob))


def leave_key(*, blob: Blob, key: str) -> None:
    """Hands what stands under a key that the blob has left to the next purge."""
    Blob.objects.create(
        key=key, sha256=blob.sha256, size=blob.size, content_type=blob.content_type, state=Blob.State.PURGING
    )
