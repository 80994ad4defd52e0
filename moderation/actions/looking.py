"""Looks at what is not public."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from api.problems import Problem
from moderation.actions.standing import require_moderator
from moderation.limits import CLAIMED_FOR
from moderation.models import Case, Look
from moderation.subjects import is_public


@transaction.atomic
def record_look(*, moderator: User, case_id: int) -> Look | None:
    """Call it before the subject of a case is shown to a moderator. Notes the look if the subject is not public, once a
    quarter of an hour; `permission_denied` if it is neither public nor reported, `not_found` without a case."""
    require_moderator(moderator=moderator)
    case = Case.objects.filter(pk=case_id).first()
    if case is None:
        raise Problem("not_found")
    if is_public(case):
        return None
    if case.reports_count == 0:
        raise Problem("permission_denied", "Nobody has reported this, and it is not public.")
    recent = Look.objects.filter(case_id=case.pk, moderator_id=moderator.pk, at__gt=timezone.now() - CLAIMED_FOR)
    found = recent.first()
    if found is not None:
        return found
    return Look.objects.create(
        moderator_id=moderator.pk, moderator_name=moderator.username, owner_id=case.owner_id, case_id=case.pk,
        subject_type=case.subject_type, subject_id=case.subject_id,
    )  # fmt: skip
