"""Exports: one run, and the parts of its archive."""

from typing import Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import Q
from django.utils import timezone

from api.choices import Choices
from api.ids import IdField
from portability.limits import GIVE_UP_AFTER, PAUSE


class ExportQuerySet(models.QuerySet["Export"]):
    def owned_by(self, person: AbstractBaseUser) -> Self:
        return self.filter(owner=person.pk)

    def unfinished(self) -> Self:
        return self.filter(state__in=Export.UNFINISHED)

    def recent(self) -> Self:
        """What a new request is answered with: under way, or made within a day."""
        return self.filter(
            Q(state__in=Export.UNFINISHED) | Q(state=Export.State.READY, created_at__gt=timezone.now() - PAUSE)
        )

    def expired(self) -> Self:
        """Ready for longer than archives are kept."""
        return self.filter(expires_at__lte=timezone.now())

    def stuck(self) -> Self:
        return self.unfinished().filter(created_at__lte=timezone.now() - GIVE_UP_AFTER)

    def for_display(self) -> Self:
        return self.prefetch_related("parts")


class Export(models.Model):
    """One export: its archives are made one after the other by a worker and kept for a week."""

    class State(Choices):
        PENDING = "pending"
        RUNNING = "running"
        READY = "ready"
        FAILED = "failed"

    UNFINISHED = (State.PENDING, State.RUNNING)
    id = IdField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="exports")
    state = models.CharField(max_length=8, choices=State, default=State.PENDING)
    progress = models.PositiveSmallIntegerField(default=0, help_text="Percent of the bytes.")
    prefix = models.CharField(max_length=43, unique=True, help_text="The random folder of its archives.")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True, help_text="When its archives are removed.")
    objects = ExportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner"], name="one_unfinished_export", condition=Q(state__in=["pending", "running"])
            )
        ]
        indexes = [
            models.Index(fields=["owner", "-id"], name="exports_of_owner"),
            models.Index(fields=["expires_at"], name="export_expiry"),
        ]

    def __str__(self) -> str:
        return f"export {self.pk} of {self.owner_id}"


class ExportPart(models.Model):
    """One archive of an export, with the originals of the media up to `last_media_id`."""

    export = models.ForeignKey(Export, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveSmallIntegerField()
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    sha256 = models.CharField(max_length=64)
    last_media_id = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["export", "number"], name="one_part_per_number")]

    def __str__(self) -> str:
        return f"part {self.number} of export {self.export_id}"

    @property
    def name(self) -> str:
        """Its file's name in the folder of the export."""
        return f"{self.number}.zip"
