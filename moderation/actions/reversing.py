"""Taking decisions back."""

from django.db import IntegrityError, transaction

from accounts.models import User
from api.problems import Problem
from moderation.actions.deciding import Order, write
from moderation.actions.reporting import lock_decisions, lock_subject
from moderation.models import INVERSES, Action, Appeal, Case, Decision


@transaction.atomic
def reverse(*, moderator: User, decision_id: int, reason: str = "mistake", note: str = "") -> Decision:
    """Takes back a decision, by another one. `conflict` if that has been done, a later one is in force, or it was made
    on an appeal, granted or not: whoever was overruled would overrule in turn."""
    first = Decision.objects.filter(pk=decision_id).first()
    if first is None:
        raise Problem("not_found")
    return reversal(first=first, moderator=moderator, reason=reason, note=note)


def reversal(*, first: Decision, moderator: User, reason: str, note: str) -> Decision:
    """As `reverse`, in the caller's transaction."""
    action = INVERSES.get(first.action)
    granted = Appeal.objects.filter(decision=first.reverses_id, state=Appeal.State.GRANTED)
    if action is None or granted.exists():
        raise Problem("conflict", "A decision on an appeal is not taken back.")
    if action == Action.REOPEN:
        lock_subject(subject_type=first.subject_type, subject_id=first.subject_id)  # against reports
    case = case_of(decision=first)
    lock_decisions(subject_type=first.subject_type, subject_id=first.subject_id)  # a later one may be on its way
    if Decision.objects.superseding(first).exists():
        raise Problem("conflict", "A later decision is in force, or this one was taken back.")
    try:
        with transaction.atomic():
            if action == Action.REOPEN:
                _reopen(case)
            made = write(
                order=Order(action, reason, note), moderator=moderator, automatic=False, subject=first.subject,
                owner_id=first.owner_id, case=case, reverses=first,
            )  # fmt: skip
    except IntegrityError:  # at once with another one
        raise Problem("conflict", "This decision was taken back.") from None
    open_appeal = Appeal.objects.open().filter(decision=first)
    open_appeal.update(state=Appeal.State.GRANTED, decided_at=made.at)  # nothing is left to decide
    if case is not None and case.state == Case.State.ACTION_TAKEN:
        _nothing_done(case)
    return made


def case_of(*, decision: Decision) -> Case | None:
    """The case in which something was decided, locked; None if there was none, or it is pruned."""
    return Case.objects.locked().filter(pk=decision.case_id).first() if decision.case_id is not None else None


def _reopen(case: Case | None) -> None:
    """A case that was dismissed is to be decided again; in the caller's transaction, under its lock."""
    if case is None or case.is_open:
        raise Problem("conflict", "There is no such case to open again.")
    if Case.objects.about(*case.subject).open().exists():
        raise Problem("conflict", "There is a newer case of the same subject.")
    Case.objects.filter(pk=case.pk).update(state=Case.State.OPEN, closed_at=None)
    case.reports.update(state=Case.State.OPEN, decided_at=None)


def _nothing_done(case: Case) -> None:
    """If all that was done in a case is taken back, nothing was done; in the caller's transaction."""
    made = Decision.objects.filter(case_id=case.pk)
    taken_back = made.filter(reverses_id__isnull=False).values("reverses_id")
    standing = made.filter(reverses_id__isnull=True).exclude(pk__in=taken_back)
    if not standing.exclude(action__in=[Action.DISMISS, Action.UPHOLD]).exists():
        Case.objects.filter(pk=case.pk).update(state=Case.State.NO_ACTION)
        case.reports.update(state=Case.State.NO_ACTION)
