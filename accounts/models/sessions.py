"""Log-ins of devices, and those that failed."""

import uuid
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import F, Q

from accounts.models.people import User, active_q, not_suspended_q
from api.ids import GenerateId


class SessionQuerySet(models.QuerySet["Session"]):
    def live(self) -> Self:
        """Not ended, of an active person, and not from before all were ended."""
        return self.filter(active_q("user"), revoked_at__isnull=True, token_version=F("user__token_version"))

    def returning(self) -> Self:
        """As `live`, of people who are deactivated or to be deleted, too: they may come back."""
        there = Q(not_suspended_q("user"), user__purged_at__isnull=True)
        return self.filter(there, revoked_at__isnull=True, token_version=F("user__token_version"))

    def owned_by(self, person: User) -> Self:
        return self.filter(user=person)

    def of_browser(self, session_id: str | None) -> "Session | None":
        """The row that a browser's Django session names."""
        return self.filter(pk=session_id).first() if session_id else None


class Session(models.Model):
    """One log-in: the family of refresh tokens that came of it, or a browser's session."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    token_version = models.PositiveIntegerField()
    refresh_jti = models.CharField(max_length=32, help_text="The one refresh token that counts.")
    previous_jti = models.CharField(max_length=32, blank=True, default="")
    rotated_at = models.DateTimeField(null=True, blank=True)
    user_agent = models.CharField(max_length=256, blank=True)
    address = models.GenericIPAddressField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    browser_key = models.CharField(max_length=40, blank=True, default="", help_text="Of the browser's session.")
    sequence = models.BigIntegerField(db_default=GenerateId(), editable=False, help_text="Lists are in its order.")
    objects = SessionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["user"], name="session_live", condition=Q(revoked_at__isnull=True))]

    def __str__(self) -> str:
        return f"session of {self.user_id} since {self.created_at:%Y-%m-%d %H:%M}"


class FailedLogInQuerySet(models.QuerySet["FailedLogIn"]):
    def since(self, moment: datetime) -> Self:
        return self.filter(failed_at__gt=moment)

    def reaching(self, most: int, **what: Any) -> bool:
        """Whether there are `most` of this kind; no more are counted."""
        return self.filter(**what)[:most].count() >= most


class FailedLogIn(models.Model):
    """A log-in that failed, or is being checked. Counted here, not in Redis: the limit must hold without it."""

    identifier = models.CharField(max_length=256, help_text="As it was typed.")
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    address = models.GenericIPAddressField(null=True, blank=True)
    failed_at = models.DateTimeField(auto_now_add=True)
    objects = FailedLogInQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["address", "-failed_at"], name="recent_failures"),
            models.Index(fields=["identifier", "-failed_at"], name="recent_failures_of_name"),
            models.Index(fields=["user", "-failed_at"], name="recent_failures_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.identifier} from {self.address}"
