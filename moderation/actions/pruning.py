"""Letting go: evidence after a term, cases and looks after another, and what names somebody who is purged.

The log of decisions stays: it names people by numbers, and moderators by the names they had.
"""

from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from api.actions import delete_some
from moderation.limits import CASES_KEPT_FOR, EVIDENCE_KEPT_FOR, LOOKS_KEPT_FOR, MAILS_KEPT_FOR, OPEN_EVIDENCE_KEPT_FOR
from moderation.models import Appeal, Case, DecisionMail, Look, Note, Report

MAX_AT_ONCE = 1000
ROWS_AT_ONCE = 1000  # of a purge


def prune() -> int:
    """Removes old cases with their reports and notes, looks and mails, and clears old evidence; says how many rows."""
    now = timezone.now()
    gone = delete_some(rows=Case.objects.filter(closed_at__lt=now - CASES_KEPT_FOR), most=MAX_AT_ONCE)
    gone += delete_some(rows=Look.objects.filter(at__lt=now - LOOKS_KEPT_FOR), most=MAX_AT_ONCE)
    gone += delete_some(rows=DecisionMail.objects.filter(created_at__lt=now - MAILS_KEPT_FOR), most=MAX_AT_ONCE)
    old = Q(closed_at__lt=now - EVIDENCE_KEPT_FOR) | Q(
        closed_at__isnull=True, reported_at__lt=now - OPEN_EVIDENCE_KEPT_FOR
    )
    due = Case.objects.filter(old).exclude(evidence=[]).order_by("pk").values_list("pk", flat=True)
    return gone + Case.objects.filter(pk__in=list(due[:MAX_AT_ONCE])).update(evidence=[])


@transaction.atomic
def purge_person(*, user_id: int, most: int = ROWS_AT_ONCE) -> bool:
    """Takes somebody who is purged out of all but the log, at most so many rows of each; whether nothing is left.

    What they reported stays without them; of what was reported about them stays that it was.
    """
    if not User.objects.get_queryset().purged().filter(pk=user_id).exists():
        return True
    about_them = Report.objects.filter(case__owner_id=user_id).exclude(comment="")
    changed = [
        _change(about_them, most, comment=""),
        _change(Report.objects.filter(reporter=user_id), most, reporter=None, comment=""),
        _change(Case.objects.filter(owner_id=user_id).exclude(evidence=[]), most, evidence=[]),
        _change(Case.objects.filter(claimed_by=user_id), most, claimed_by=None, claimed_until=None),
        _change(Note.objects.filter(author=user_id), most, author=None),
        _change(Appeal.objects.filter(decided_by=user_id), most, decided_by=None),
        delete_some(rows=Note.objects.filter(case__owner_id=user_id), most=most),
        delete_some(rows=Appeal.objects.filter(person=user_id), most=most),
        delete_some(rows=DecisionMail.objects.filter(person=user_id), most=most),
    ]
    return sum(changed) == 0


def _change(rows: QuerySet[Any, Any], most: int, **fields: Any) -> int:
    """Changes the first `most` of these rows; says how many."""
    pks = list(rows.order_by("pk").values_list("pk", flat=True)[:most])
    number: int = rows.model._base_manager.filter(pk__in=pks).update(**fields)
    return number
