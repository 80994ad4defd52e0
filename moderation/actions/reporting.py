"""Reports, and the cases that they make."""

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from accounts.models import User
from api.problems import Problem
from moderation.actions.standing import require_moderator
from moderation.limits import MAX_SNAPSHOTS, REPEATED_AFTER
from moderation.models import Case, Report, severity_of
from moderation.subjects import SUBJECTS, Snapshot, subject_visible_to


@transaction.atomic
def report(
    *, reporter: User, subject_type: str, subject_id: int, category: str, comment: str = ""
) -> tuple[Report, bool]:
    """Notes that somebody says something is wrong; the report and whether it is new.

    `not_found` for what the reporter may not see, `own_content` for what is theirs. Who has reported it in the open
    case, or lately in one that is decided, gets that report back.
    """
    lock_subject(subject_type=subject_type, subject_id=subject_id)
    row = subject_visible_to(reporter, subject_type, subject_id)
    if row is None:
        raise Problem("not_found")
    owner_id = SUBJECTS[subject_type].owner_of(row)
    if owner_id == reporter.pk:
        raise Problem("own_content")
    earlier = _earlier(reporter, subject_type, subject_id)
    if earlier is not None:
        return earlier, False
    case = _open_case(subject_type, subject_id, owner_id)
    made = Report.objects.create(
        case=case, reporter=reporter, subject_type=subject_type, subject_id=subject_id, category=category,
        comment=comment,
    )  # fmt: skip
    Case.objects.filter(pk=case.pk).update(
        reports_count=F("reports_count") + 1,
        severity=Greatest(F("severity"), severity_of(category)),
        reported_at=made.created_at,
        evidence=with_snapshot(case.evidence, SUBJECTS[subject_type].snapshot(row)),
    )
    return made, True


def lock_subject(*, subject_type: str, subject_id: int) -> None:
    """Until the transaction ends, nobody else reports this or opens a case of it."""
    _lock(f"moderation {subject_type} {subject_id}")


def lock_decisions(*, subject_type: str, subject_id: int) -> None:
    """Until the transaction ends, nobody else decides about this subject, be it in another case."""
    _lock(f"decisions {subject_type} {subject_id}")


def _lock(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def _earlier(reporter: User, subject_type: str, subject_id: int) -> Report | None:
    mine = Report.objects.owned_by(reporter).filter(subject_type=subject_type, subject_id=subject_id)
    last = mine.order_by("-pk").first()
    if last is None or (last.decided_at is not None and last.decided_at + REPEATED_AFTER < timezone.now()):
        return None
    return last


def _open_case(subject_type: str, subject_id: int, owner_id: int) -> Case:
    """The open case, locked, or a new one; in the caller's transaction, which holds the subject's lock."""
    cases = Case.objects.about(subject_type, subject_id)
    found = cases.open().locked().first()
    if found is not None:
        return found
    return Case.objects.create(
        subject_type=subject_type, subject_id=subject_id, owner_id=owner_id, earlier_count=cases.count()
    )


def with_snapshot(evidence: list[Snapshot], now: Snapshot) -> list[Snapshot]:
    """The evidence, with what the subject is now if that is something new. The first one is never given up."""
    last = {key: value for key, value in evidence[-1].items() if key != "at"} if evidence else None
    if last == now:
        return evidence
    taken = {"at": timezone.now().isoformat(), **now}
    return [*evidence[:1], *evidence[1:][-(MAX_SNAPSHOTS - 2) :], taken]


@transaction.atomic
def open_case(*, moderator: User, subject_type: str, subject_id: int) -> Case:
    """The open case of a subject, or one without reports, which a moderator begins. `not_found` if it is gone.

    It lets nobody look at what is not public: only a report does.
    """
    require_moderator(moderator=moderator)
    lock_subject(subject_type=subject_type, subject_id=subject_id)
    row = SUBJECTS[subject_type].rows().filter(pk=subject_id).first()
    if row is None:
        raise Problem("not_found")
    return _open_case(subject_type, subject_id, SUBJECTS[subject_type].owner_of(row))
