"""What a block of an image would hit, among the media that are there: listed before anybody acts."""

from typing import NamedTuple

from django.conf import settings

from media.models import BlockedImage, ImageHash, Media

MAX_HITS = 200


class Hit(NamedTuple):
    """A media that shows the same file (distance 0), or a picture whose hash differs in so many bits."""

    media: Media
    distance: int


def hits(*, media_id: int, near: bool, most: int = MAX_HITS) -> list[Hit]:
    """Media that are not deleted with the same file or, if `near`, that look like it; the nearest first.

    At most `most`; the media itself is among them. Raises `Media.DoesNotExist`.
    """
    blob = Media.objects.select_related("blob__image_hash").get(pk=media_id).blob
    found = getattr(blob, "image_hash", None)
    digits = found.digits if near and found is not None and found.bands else ""
    return _with(blob.sha256, digits, most)


def hits_of(block: BlockedImage, most: int = MAX_HITS) -> list[Hit]:
    """The same for an image that is blocked already."""
    return _with(block.sha256, block.digits if block.near else "", most)


def _with(sha256: str, digits: str, most: int) -> list[Hit]:
    distances: dict[int, int] = {}
    if digits:
        near = ImageHash.objects.near(digits, settings.NEAR_IMAGE_BITS, most)
        distances = {row.pk: row.distance for row in near}
    if sha256:
        distances |= dict.fromkeys(Media.objects.of_file(sha256).values_list("blob", flat=True), 0)
    there = Media.objects.filter(blob__in=distances, deleted_at__isnull=True).exclude(state=Media.State.RECEIVING)
    shown = there.select_related("owner").prefetch_related("renditions").order_by("-pk")[:most]
    return sorted((Hit(one, distances[one.blob_id]) for one in shown), key=lambda hit: (hit.distance, -hit.media.pk))
