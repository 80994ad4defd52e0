"""Files that are announced, and what of them has arrived."""

from typing import Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import Q

from api.ids import IdField
from api.models import Keyed, KeyedQuerySet
from media.models.originals import Media


class DirectUploadQuerySet(KeyedQuerySet["DirectUpload"]):
    def owned_by(self, person: AbstractBaseUser) -> Self:
        """The media that this person announced."""
        return self.filter(owner=person.pk, is_archive=False)


class DirectUpload(Keyed):
    """A file that its owner sends to the store by themselves. What arrives there counts for nothing until it is
    completed: then its bytes are taken, checked and written again, under a key that nobody else can write to."""

    id = IdField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="direct_uploads")
    key = models.CharField(max_length=128, unique=True, help_text="Where the bytes arrive.")
    size = models.PositiveBigIntegerField(help_text="Bytes, as announced: neither more nor less is taken.")
    sha256 = models.CharField(max_length=64, blank=True, help_text="As announced; empty if it was not.")
    offset = models.PositiveBigIntegerField(default=0, db_default=0, help_text="Bytes that arrived in parts.")
    alt_text = models.CharField(max_length=1500, blank=True)
    is_archive = models.BooleanField(default=False, db_default=False, help_text="To be imported: it becomes no media.")
    media = models.ForeignKey(Media, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(help_text="Until then the store takes the file.")

    objects = DirectUploadQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "idempotency_key"],
                name="one_direct_upload_per_key",
                condition=Q(idempotency_key__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], name="direct_upload_expiry")]

    def __str__(self) -> str:
        return f"direct upload {self.pk}"


class UploadPart(models.Model):
    """Bytes of an announced file that arrived over one connection, in the store under a key of their own."""

    upload = models.ForeignKey(DirectUpload, on_delete=models.CASCADE, related_name="parts")
    offset = models.PositiveBigIntegerField(help_text="Where in the file it begins.")
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    key = models.CharField(max_length=128, unique=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["upload", "offset"], name="one_part_per_place")]

    def __str__(self) -> str:
        return f"part of {self.upload_id} at {self.offset}"
