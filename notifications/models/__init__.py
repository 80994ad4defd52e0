"""Notifications: what happened to whom, and who caused it; whether and how people want to be told."""

from notifications.models.digests import Digest
from notifications.models.inboxes import Inbox, seen_by
from notifications.models.kinds import CHOICES, PERIODS, Every, From, Kind
from notifications.models.notifications import Cause, Notification

__all__ = ["CHOICES", "PERIODS", "Cause", "Digest", "Every", "From", "Inbox", "Kind", "Notification", "seen_by"]
