"""The outbox: events and their deliveries to tasks."""

from django.db import models
from django.db.models import Q

from api.correlation import MAX_ID_LENGTH


class Event(models.Model):
    """Something that happened, in past tense (`post_published`), with the ids it is about."""

    name = models.CharField(max_length=64)
    payload = models.JSONField(default=dict)
    request_id = models.CharField(
        max_length=MAX_ID_LENGTH, blank=True, db_default="", help_text="Of the request that all this follows from."
    )
    recorded_at = models.DateTimeField(auto_now_add=True)
    expanded_at = models.DateTimeField(null=True, blank=True, help_text="When its deliveries were written.")

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="fact_not_expanded", condition=Q(expanded_at__isnull=True)),
            models.Index(fields=["recorded_at"], name="fact_recorded_at"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.payload}"


class Delivery(models.Model):
    """One task to run for one event. `done_at` is set by the task, with its effect."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="deliveries")
    task = models.CharField(max_length=128)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(help_text="Nobody else may start it before this moment.")
    progress = models.JSONField(default=dict, blank=True, help_text="How far a long task came.")
    done_at = models.DateTimeField(null=True, blank=True)
    dead_at = models.DateTimeField(null=True, blank=True, help_text="Given up after too many attempts.")
    last_error = models.TextField(blank=True, default="")

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [models.UniqueConstraint(fields=["event", "task"], name="one_delivery_per_event_and_task")]
        indexes = [
            models.Index(
                fields=["lease_until"],
                name="delivery_due",
                condition=Q(done_at__isnull=True, dead_at__isnull=True),
            ),
            models.Index(fields=["-id"], name="delivery_dead", condition=Q(dead_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.task} ← event {self.event_id}"


class JobRun(models.Model):
    """When something that has to happen regularly was last done, for metrics and `doctor`."""

    job = models.CharField(primary_key=True, max_length=32)
    finished_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.job} {self.finished_at}"
