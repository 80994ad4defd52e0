"""Images that are not taken any more, and what was refused because of them."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from media.models.image_hashes import NearQuerySet
from media.models.originals import Media


class BlockedImageQuerySet(NearQuerySet["BlockedImage"]):
    def in_force(self) -> Self:
        return self.filter(lifted_at__isnull=True)

    def exactly(self, sha256: str) -> Self:
        """Those in force that block a file with these bytes."""
        return self.in_force().filter(sha256=sha256)

    def of_looks(self) -> Self:
        """Those in force that block near copies, too."""
        return self.in_force().filter(near=True)

    def unless_waived(self, owner_id: int, media_id: int | None = None) -> Self:
        """Without those of which a refusal of this person's file, or of this media, was taken back."""
        waived = Q(owner=owner_id, media__isnull=True) | Q(media__isnull=False, media=media_id)
        return self.exclude(pk__in=ImageRefusal.objects.taken_back().filter(waived).values("blocked"))


class BlockedImage(models.Model):
    """A picture that is refused: its file byte for byte, or also whatever looks like it."""

    sha256 = models.CharField(max_length=64, blank=True, help_text="Of the file; empty if only its look is known.")
    digits = models.CharField(max_length=64, blank=True, help_text="Its perceptual hash (PDQ), if that is known.")
    bands = ArrayField(models.IntegerField(), default=list, blank=True)
    near = models.BooleanField(default=False, help_text="Near copies are refused, too.")
    reason = models.CharField(max_length=256)
    by = models.CharField(max_length=150, help_text="Who blocked it.")
    created_at = models.DateTimeField(auto_now_add=True)
    lifted_at = models.DateTimeField(null=True, blank=True, help_text="Since when it is taken again.")
    hits_count = models.PositiveIntegerField(default=0, help_text="Files that were refused because of it.")
    last_hit_at = models.DateTimeField(null=True, blank=True)
    distance: int  # annotated by near()
    objects = BlockedImageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sha256"],
                name="one_block_of_a_file",
                condition=Q(lifted_at__isnull=True) & ~Q(sha256=""),
            ),
            models.UniqueConstraint(
                fields=["digits"],
                name="one_block_of_a_look",
                condition=Q(lifted_at__isnull=True, sha256=""),
            ),
            models.CheckConstraint(condition=~Q(sha256="") | ~Q(digits=""), name="blocked_image_is_known_by_a_hash"),
            models.CheckConstraint(condition=Q(near=False) | ~Q(digits=""), name="near_needs_a_perceptual_hash"),
        ]
        indexes = [GinIndex(fields=["bands"], name="blocked_image_bands")]

    def __str__(self) -> str:
        return f"blocked image {self.pk}"


class ImageRefusalQuerySet(models.QuerySet["ImageRefusal"]):
    def in_force(self) -> Self:
        return self.filter(lifted_at__isnull=True)

    def taken_back(self) -> Self:
        """Those that a moderator has found to be wrong."""
        return self.filter(lifted_at__isnull=False)


class ImageRefusal(models.Model):
    """A file that was refused without anybody's look at it: an automatic measure, which can be taken back."""

    blocked = models.ForeignKey(BlockedImage, on_delete=models.CASCADE, related_name="refusals")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="image_refusals")
    media = models.ForeignKey(
        Media,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="image_refusals",
        help_text="None if the file was refused when it was sent, and never stored.",
    )
    distance = models.PositiveSmallIntegerField(help_text="Bits in which its hash differs; 0 for the same bytes.")
    created_at = models.DateTimeField(auto_now_add=True)
    lifted_at = models.DateTimeField(null=True, blank=True)
    objects = ImageRefusalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["blocked", "media"], name="one_refusal_per_block"),
            models.UniqueConstraint(
                fields=["blocked", "owner"], name="one_refused_file_per_block", condition=Q(media__isnull=True)
            ),
        ]
        indexes = [models.Index(fields=["created_at"], name="image_refusal_age")]

    def __str__(self) -> str:
        return f"refusal {self.pk}"
