"""Originals and what is made of them."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from api.choices import Choices
from api.ids import IdField
from api.models import Keyed, KeyedQuerySet


class Blob(models.Model):
    """The bytes of an original, once, however many media share them. Its key is random and never reused."""

    class State(Choices):
        RECEIVING = "receiving"
        STORED = "stored"
        PURGING = "purging"

    key = models.CharField(max_length=128, unique=True)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    content_type = models.CharField(max_length=64)
    state = models.CharField(max_length=16, choices=State, default=State.RECEIVING)
    created_at = models.DateTimeField(auto_now_add=True)
    stored_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True, help_text="When it was last re-hashed.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sha256", "size"], name="identical_bytes_once", condition=Q(state="stored")
            ),
        ]
        indexes = [
            models.Index(
                fields=["state", "-id"], name="blobs_unstored", condition=Q(state__in=["receiving", "purging"])
            )
        ]

    def __str__(self) -> str:
        return self.key


class MediaQuerySet(KeyedQuerySet["Media"]):
    def owned_by(self, person: AbstractBaseUser) -> Self:
        """One's own, not deleted, with their bytes safely stored."""
        return self.filter(owner=person.pk, deleted_at__isnull=True).exclude(state=Media.State.RECEIVING)

    def in_processing(self) -> Self:
        """Those that wait for their renditions, or of which a worker makes them."""
        return self.filter(state=Media.State.PROCESSING, deleted_at__isnull=True)

    def deleted_lately_by(self, person: AbstractBaseUser, since: datetime) -> Self:
        """One's own that one deleted since then: their bytes are kept for the grace period."""
        return self.filter(owner=person.pk, deleted_at__gte=since)

    def of_file(self, sha256: str) -> Self:
        """Those with these bytes, whoever sent them."""
        return self.filter(blob__sha256=sha256, blob__state=Blob.State.STORED)

    def for_display(self) -> Self:
        return self.prefetch_related("renditions")


class Media(Keyed):
    """One photo or video of one person."""

    class Kind(Choices):
        PHOTO = "photo"
        VIDEO = "video"

    class State(Choices):
        RECEIVING = "receiving"
        PROCESSING = "processing"
        READY = "ready"
        FAILED = "failed"

    id = IdField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="media_set")
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="media_set")
    size = models.PositiveBigIntegerField(help_text="Bytes of its original, here again so that a quota is one index.")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.PHOTO)
    state = models.CharField(max_length=16, choices=State, default=State.RECEIVING)
    error_code = models.CharField(max_length=32, blank=True)
    error_detail = models.CharField(max_length=256, blank=True)
    notices = models.CharField(
        max_length=256,
        blank=True,
        default="",
        db_default="",
        help_text="Codes of media.notices, separated by spaces.",
    )
    alt_text = models.CharField(max_length=1500, blank=True)
    width = models.PositiveIntegerField(null=True, blank=True, help_text="Pixels, upright.")
    height = models.PositiveIntegerField(null=True, blank=True)
    duration = models.FloatField(null=True, blank=True, help_text="Seconds, of a video.")
    progress = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Percent, while it is being made.")
    blurhash = models.CharField(max_length=64, blank=True)
    prefix = models.CharField(max_length=43, unique=True, help_text="The random folder of its renditions.")
    references = models.PositiveIntegerField(default=0, help_text="How many posts, stories, avatars show it.")
    released_at = models.DateTimeField(null=True, blank=True, help_text="When the last reference went.")
    withheld = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="How many of what shows it are taken down."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    lease_until = models.DateTimeField(null=True, blank=True, help_text="While its upload or a worker is under way.")
    cost = models.PositiveBigIntegerField(
        default=0, db_default=0, help_text="Work to be expected, in pixels to decode."
    )
    turn_at = models.DateTimeField(
        default=timezone.now, db_default=Now(), help_text="Its place among those that wait to be processed."
    )
    tries = models.PositiveSmallIntegerField(default=0, db_default=0, help_text="How often a worker took it up.")
    crashes = models.PositiveSmallIntegerField(default=0, db_default=0, help_text="How often it broke a decoder.")
    retry_at = models.DateTimeField(null=True, blank=True, help_text="No worker takes it up again before this.")
    deleted_at = models.DateTimeField(null=True, blank=True)
    objects = MediaQuerySet.as_manager()
    attached_renditions: list[Any] | None = None  # see media_urls.attach_renditions

    class Meta:
        verbose_name_plural = "media"
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "idempotency_key"],
                name="one_media_per_key",
                condition=Q(idempotency_key__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["state", "id"],
                name="media_unfinished",
                condition=Q(state__in=["receiving", "processing"]),
            ),
            models.Index(fields=["-id"], name="media_failed", condition=Q(state="failed")),
            models.Index(
                fields=["owner"],
                name="media_in_processing",
                condition=Q(state="processing", deleted_at__isnull=True),  # as `in_processing`
            ),
            models.Index(
                fields=["kind", "turn_at"],
                name="media_turns",
                condition=Q(state="processing", deleted_at__isnull=True),
            ),
            models.Index(
                fields=["owner", "id"],  # one's own in order, too
                include=["size"],
                name="media_quota",
                condition=Q(deleted_at__isnull=True) & ~Q(state="receiving"),  # as `owned_by`
            ),
            models.Index(
                fields=["owner", "deleted_at"],
                include=["size"],
                name="media_in_grace",
                condition=Q(deleted_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Rendition(models.Model):
    """One size of a media, made from its original, without metadata."""

    media = models.ForeignKey(Media, on_delete=models.CASCADE, related_name="renditions")
    name = models.CharField(max_length=32, help_text="File name within the media's folder: w1080.webp")
    content_type = models.CharField(max_length=32)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField(help_text="Bytes.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["media", "name"], name="one_rendition_per_name")]

    def __str__(self) -> str:
        return self.name
