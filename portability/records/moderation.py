"""What a person reported, and what was decided about what is theirs."""

from collections.abc import Iterator
from typing import Any

from accounts.models import User
from moderation.models import Decision, Report
from portability.records.media import CHUNK


def reports(person: User) -> Iterator[dict[str, Any]]:
    for row in Report.objects.owned_by(person).order_by("pk").iterator(CHUNK):
        yield {
            "subject_type": row.subject_type,
            "subject_id": str(row.subject_id),
            "category": row.category,
            "comment": row.comment,
            "state": row.state,
            "created_at": row.created_at,
            "decided_at": row.decided_at,
        }


def decisions(person: User) -> Iterator[dict[str, Any]]:
    """With what the person said against them. Who decided is not theirs to know."""
    for row in Decision.objects.told_to(person).select_related("appeal").order_by("pk").iterator(CHUNK):
        appeal = getattr(row, "appeal", None)
        yield {
            "decision": row.action,
            "subject_type": row.subject_type,
            "subject_id": str(row.subject_id),
            "reason": row.sentence,
            "created_at": row.at,
            "until": row.until,
            "appeal": appeal.text if appeal else None,
            "appeal_state": appeal.state if appeal else None,
        }
