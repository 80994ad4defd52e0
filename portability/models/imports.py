"""Imports: one run, and what its archives ask for."""

from typing import Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import Count, Q
from django.utils import timezone

from api.choices import Choices
from api.ids import IdField
from media.models import DirectUpload
from portability.limits import GIVE_UP_AFTER, IMPORTS_KEPT_FOR, MAX_SOURCE_LENGTH


class ImportQuerySet(models.QuerySet["Import"]):
    def owned_by(self, person: AbstractBaseUser) -> Self:
        return self.filter(owner=person.pk)

    def open(self) -> Self:
        """Waiting for their archive, which may still be sent."""
        return self.filter(state=Import.State.ANNOUNCED, upload__expires_at__gt=timezone.now())

    def running(self) -> Self:
        return self.filter(state__in=Import.RUNNING)

    def old(self) -> Self:
        """Ended a month ago, or never begun."""
        ended = Q(finished_at__lte=timezone.now() - IMPORTS_KEPT_FOR)
        return self.filter(ended | Q(state=Import.State.ANNOUNCED, created_at__lte=timezone.now() - GIVE_UP_AFTER))

    def for_display(self) -> Self:
        """With the numbers of what was made of it so far."""
        made = Q(items__target__isnull=False)
        return self.select_related("upload").annotate(
            **{
                f"{kind}_count": Count("items", filter=made & Q(items__kind=kind))
                for kind in ("media", "post", "story", "highlight", "collection")
            },
            missing_count=Count("items", filter=Q(items__target__isnull=True, items__error_code="")),
        )


class Import(models.Model):
    """One archive that somebody sends to have its posts here."""

    class State(Choices):
        ANNOUNCED = "announced"
        PENDING = "pending"
        RUNNING = "running"
        READY = "ready"
        FAILED = "failed"

    RUNNING = (State.PENDING, State.RUNNING)
    id = IdField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="imports")
    upload = models.ForeignKey(DirectUpload, null=True, on_delete=models.SET_NULL, related_name="+")
    key = models.CharField(max_length=128, help_text="Where the archive arrives.")
    state = models.CharField(max_length=9, choices=State, default=State.ANNOUNCED)
    progress = models.PositiveSmallIntegerField(default=0, help_text="Percent of what it asks to be made.")
    error_code = models.CharField(max_length=32, blank=True, default="", db_default="")
    error_detail = models.CharField(max_length=256, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True, help_text="When all of the archive had been read.")
    finished_at = models.DateTimeField(null=True, blank=True)
    objects = ImportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner"], name="one_running_import", condition=Q(state__in=["pending", "running"])
            )
        ]
        indexes = [models.Index(fields=["owner", "-id"], name="imports_of_owner")]

    def __str__(self) -> str:
        return f"import {self.pk} of {self.owner_id}"


class ImportItemQuerySet(models.QuerySet["ImportItem"]):
    def skipped_by(self, import_run: Import) -> Self:
        """What of an import was not made, for a reason."""
        return self.filter(import_run=import_run).exclude(error_code="")

    def unmade(self, kind: str) -> Self:
        """Those of a kind that are still to be made, in their order."""
        return self.filter(kind=kind, target__isnull=True, error_code="").order_by("pk")


class ImportItem(models.Model):
    """One thing that an archive asks for, and what was made of it: by its `source` it is made once, however often the
    archive is sent. It stays as long as the account, for that reason."""

    class Kind(Choices):
        MEDIA = "media"
        POST = "post"
        STORY = "story"
        HIGHLIGHT = "highlight"
        COLLECTION = "collection"

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    import_run = models.ForeignKey(Import, null=True, on_delete=models.SET_NULL, related_name="items")
    kind = models.CharField(max_length=16, choices=Kind)
    source = models.CharField(max_length=MAX_SOURCE_LENGTH)
    data = models.JSONField(default=dict)
    target = models.BigIntegerField(null=True, blank=True, help_text="The id of what was made.")
    error_code = models.CharField(max_length=32, blank=True)
    objects = ImportItemQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "kind", "source"], name="one_item_per_source")]
        indexes = [models.Index(fields=["import_run", "kind"], name="items_of_import")]

    def __str__(self) -> str:
        return f"{self.kind} {self.source}"
