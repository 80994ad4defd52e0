"""Refusing the images of a subject from now on, and taking them again (docs/abuse.md)."""

from media.actions import allow_image, refuse_image
from media.hits import hits
from media.models import BlockedImage, ImageHash, Media
from moderation.subjects import SUBJECTS

BY = "moderation"  # who it was stands in the log of decisions


def refuse(*, subject_type: str, subject_id: int) -> bool:
    """Refuses each file of the subject and, of pictures that can be told by their look, near copies."""
    why = {"reason": f"decided on {subject_type} {subject_id}", "by": BY}
    media = media_of(subject_type, subject_id)
    return bool([refuse_image(media_id=pk, near=_is_tellable(pk), **why) for pk in media])


def allow(*, subject_type: str, subject_id: int) -> bool:
    """Lifts the blocks of the subject's files that were decided. One that an administrator made is theirs to lift."""
    shown = Media.objects.filter(pk__in=media_of(subject_type, subject_id))
    blocks = BlockedImage.objects.in_force().filter(sha256__in=shown.values("blob__sha256"), by=BY)
    lifted = [allow_image(blocked_id=pk) for pk in list(blocks.values_list("pk", flat=True))]
    return any(lifted)


def count_hits(*, subject_type: str, subject_id: int) -> int:
    """How many media that are there have these files or look like them; they stay."""
    found = (hits(media_id=pk, near=_is_tellable(pk)) for pk in media_of(subject_type, subject_id))
    return len({hit.media.pk for each in found for hit in each})


def media_of(subject_type: str, subject_id: int) -> list[int]:
    """The media that the subject shows now."""
    subject = SUBJECTS[subject_type]
    row = subject.rows().filter(pk=subject_id).first()
    return [] if row is None else [int(pk) for pk in subject.snapshot(row)["media"]]


def _is_tellable(media_id: int) -> bool:
    """Whether the picture has enough in it to be known by its look, and its hash is there."""
    return ImageHash.objects.filter(blob__media_set=media_id).exclude(bands=[]).exists()
