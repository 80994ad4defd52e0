"""Letting go of old notifications."""

from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.models import User
from api.actions import delete_some
from api.ids import id_at
from notifications.limits import MAX_KEPT
from notifications.models import Cause, Digest, Inbox, Notification

MAX_AT_ONCE = 5000
ROWS_AT_ONCE = 500  # of a purge
RECENT = timedelta(hours=3)  # who got one since then may have too many; longer than from one run to the next

# Of each person with a recent one: what is older than their newest MAX_KEPT.
_BEYOND = """
SELECT older.id FROM (
    SELECT DISTINCT recipient_id FROM notifications_notification WHERE newest_id > %(recent)s
) people
CROSS JOIN LATERAL (
    SELECT id FROM notifications_notification of_one WHERE of_one.recipient_id = people.recipient_id
    ORDER BY newest_id DESC OFFSET %(kept)s
) older
LIMIT %(most)s
"""


def prune() -> int:
    """Removes notifications without a cause in the last days, and beyond the newest of a person; says how many."""
    now = timezone.now()
    oldest = id_at(now - timedelta(days=settings.NOTIFICATIONS_KEPT_DAYS))
    old = Notification.objects.filter(newest_id__lt=oldest).values_list("pk", flat=True)[:MAX_AT_ONCE]
    with connection.cursor() as cursor:
        cursor.execute(_BEYOND, {"recent": id_at(now - RECENT), "kept": MAX_KEPT, "most": MAX_AT_ONCE})
        beyond = [row[0] for row in cursor.fetchall()]
    due = {*old, *beyond}
    Notification.objects.filter(pk__in=due).delete()
    return len(due)


def purge_person(*, user_id: int, most: int = ROWS_AT_ONCE) -> bool:
    """Removes what somebody who is purged was told, and what others were told of them, at most so many rows of each;
    whether nothing is left."""
    if not User.objects.get_queryset().purged().filter(pk=user_id).exists():
        return True
    caused = delete_some(rows=Cause.objects.filter(actor=user_id), most=most)
    received = delete_some(rows=Notification.objects.filter(recipient=user_id), most=most)
    mailed = delete_some(rows=Digest.objects.filter(person=user_id), most=most)
    return caused + received + mailed + delete_some(rows=Inbox.objects.filter(person=user_id), most=most) == 0
