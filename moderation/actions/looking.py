"""Looks at what is not public: a report lets moderators see it, or an appeal of its owner's whoever decides on that."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from api.problems import Problem
from moderation.actions.standing import require_moderator, require_other
from moderation.limits import CLAIMED_FOR
from moderation.models import Appeal, Case, Look
from moderation.subjects import is_public


@transaction.atomic
def record_look(*, moderator: User, case_id: int) -> Look | None:
    """Call it before the subject of a case is shown to a moderator. Notes the look if the subject is not public, once a
    quarter of an hour; `permission_denied` if it is neither public nor reported, or the moderator's own, `not_found`
    without a case."""
    require_moderator(moderator=moderator)
    case = Case.objects.filter(pk=case_id).first()
    if case is None:
        raise Problem("not_found")
    return _look(moderator, case, case_id=case.pk, allowed=False)


@transaction.atomic
def record_look_for_appeal(*, moderator: User, appeal_id: int) -> Look | None:
    """Call it before the subject of an appeal is shown to a moderator. As `record_look`; without a report, whoever may
    decide on the appeal may look."""
    require_moderator(moderator=moderator)
    row = Appeal.objects.select_related("decision").filter(pk=appeal_id).first()
    if row is None:
        raise Problem("not_found")
    case = Case.objects.of_appeals([row])[row.pk]
    number = row.decision.case_id if case.pk == row.decision.case_id else None
    return _look(moderator, case, case_id=number, allowed=row.may_be_decided_by(moderator))


def _look(moderator: User, case: Case, *, case_id: int | None, allowed: bool) -> Look | None:
    """`case` may be one that is not stored; then `case_id` is None."""
    require_other(moderator=moderator, owner_id=case.owner_id)
    if is_public(case):
        return None
    if case.reports_count == 0 and not allowed:
        raise Problem("permission_denied", "Nobody has reported this, and it is not public.")
    lately = Look.objects.filter(moderator_id=moderator.pk, at__gt=timezone.now() - CLAIMED_FOR)
    found = lately.filter(case_id=case_id, subject_type=case.subject_type, subject_id=case.subject_id).first()
    if found is not None:
        return found
    return Look.objects.create(
        moderator_id=moderator.pk, moderator_name=moderator.username, owner_id=case.owner_id, case_id=case_id,
        subject_type=case.subject_type, subject_id=case.subject_id,
    )  # fmt: skip
