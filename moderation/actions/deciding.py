"""Decisions: what is done about a case, by whom and why, in one transaction with its effect."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from api.problems import Invalid, Problem
from events.actions import record
from moderation.actions.reporting import lock_decisions, lock_subject
from moderation.actions.standing import require_impartial, require_moderator
from moderation.limits import MAX_AT_ONCE
from moderation.measures import measure_for, subject_to_change
from moderation.models import CHANGES, UNTOLD, Action, Case, Decision, Reason
from moderation.subjects import SUBJECTS


@dataclass(frozen=True)
class Order:
    """What is to be decided: the same for each case of a bulk."""

    action: str
    reason: str
    note: str = ""
    until: datetime | None = None


@transaction.atomic
def decide(
    *,
    moderator: User | None,
    case_id: int,
    action: str,
    reason: str,
    note: str = "",
    until: datetime | None = None,
    keep_open: bool = False,
    automatic: bool = False,
) -> Decision:
    """Takes an action on the subject of a case, or on its owner, and closes the case unless more is to follow.

    `reason` is the key of a Reason. `until` is for suspensions. `automatic`: a rule decides, `moderator` is None.
    `conflict` if the case is decided already, or somebody else is working on it; `not_found` if there is none.
    """
    order = Order(action, reason, note, until)
    case = _undecided(case_id, moderator)
    made = _take(order, case, moderator, automatic)
    if not keep_open:
        close(case=case, at=made.at)
    return made


def _undecided(case_id: int, moderator: User | None) -> Case:
    case = Case.objects.locked().filter(pk=case_id).first()
    if case is None:
        raise Problem("not_found")
    if not case.is_open:
        raise Problem("conflict", "This case is decided already.")
    if case.is_claimed_by_another(moderator):
        raise Problem("conflict", "Somebody else is working on this case.")
    return case


def _take(order: Order, case: Case, moderator: User | None, automatic: bool) -> Decision:
    """In the caller's transaction, under the case's lock."""
    kind = subject_to_change(case.subject_type, order.action)
    if kind is None:
        raise Invalid("action", "invalid", f"A {case.subject_type} cannot be decided on so.")
    number = case.subject_id if kind == case.subject_type else case.owner_id
    return write(
        order=order, moderator=moderator, automatic=automatic, subject=(kind, number), owner_id=case.owner_id, case=case
    )


def write(
    *,
    order: Order,
    moderator: User | None,
    automatic: bool,
    subject: tuple[str, int],
    owner_id: int,
    case: Case | None,
    reverses: Decision | None = None,
) -> Decision:
    """Does what is decided and writes it into the log, in the caller's transaction; its owner is told."""
    if moderator is not None:
        require_moderator(moderator=moderator)
        require_impartial(moderator=moderator, owner_id=owner_id, subject_type=subject[0])
    elif not automatic:
        raise Problem("permission_denied", "This needs a moderator's role.")
    measure = measure_for(subject[0], order.action)
    if measure is None:
        raise Invalid("action", "invalid", f"A {subject[0]} cannot be decided on so.")
    sentence, until = _sentence(order.reason), _until(order)
    lock_decisions(subject_type=subject[0], subject_id=subject[1])
    changed = bool(measure(subject[1], until))
    made = Decision.objects.create(
        moderator_id=moderator.pk if moderator else None,
        moderator_name=moderator.username if moderator else "",
        action=order.action,
        changes=CHANGES[order.action],
        subject_type=subject[0],
        subject_id=subject[1],
        owner_id=owner_id,
        case_id=case.pk if case else None,
        reason=order.reason,
        sentence=sentence,
        note=order.note,
        until=until,
        automatic=automatic,
        reverses_id=reverses.pk if reverses else None,
        details={"changed": changed},
    )
    _tell(made)
    return made


def _sentence(key: str) -> str:
    reason = Reason.objects.filter(key=key).first()
    if reason is None:
        raise Invalid("reason", "does_not_exist", "There is no such reason.")
    return reason.sentence


def _until(order: Order) -> datetime | None:
    if order.until is None:
        return None
    if order.action != Action.SUSPEND:
        raise Invalid("until", "invalid", "Only a suspension ends by itself.")
    if order.until <= timezone.now():
        raise Invalid("until", "invalid", "This moment has passed.")
    return order.until


def _tell(decision: Decision) -> None:
    """The event carries what is told, for apps that know nothing of moderation."""
    if decision.action in UNTOLD:
        return
    record(
        "moderation_decided",
        decision_id=decision.pk,
        owner_id=decision.owner_id,
        action=decision.action,
        subject_type=decision.subject_type,
        subject_id=decision.subject_id,
        sentence=decision.sentence,
        until=decision.until.isoformat() if decision.until else None,
    )


def close(*, case: Case, at: datetime) -> None:
    """Ends a case and tells its reporters what became of it; in the caller's transaction, under the case's lock."""
    acted = Decision.objects.filter(case_id=case.pk).exclude(action__in=UNTOLD).exclude(action=Action.UPHOLD)
    state = Case.State.ACTION_TAKEN if acted.exists() else Case.State.NO_ACTION
    Case.objects.filter(pk=case.pk).update(state=state, closed_at=at, claimed_by=None, claimed_until=None)
    case.reports.filter(state=Case.State.OPEN).update(state=state, decided_at=at)


def dismiss(*, moderator: User, case_id: int, reason: str = "no_violation", note: str = "") -> Decision:
    """Closes a case without an action."""
    return decide(moderator=moderator, case_id=case_id, action=Action.DISMISS, reason=reason, note=note)


def decide_each(
    *,
    moderator: User,
    case_ids: Collection[int],
    action: str,
    reason: str,
    note: str = "",
    until: datetime | None = None,
) -> dict[int, Decision | str]:
    """The same for at most a hundred cases, each by itself: what was decided, or why it was not, by case."""
    ids: Sequence[int] = list(dict.fromkeys(case_ids))
    if len(ids) > MAX_AT_ONCE:
        raise Invalid("cases", "max_length", f"At most {MAX_AT_ONCE} cases at once.")
    found: dict[int, Decision | str] = {}
    for pk in ids:
        try:
            found[pk] = decide(moderator=moderator, case_id=pk, action=action, reason=reason, note=note, until=until)
        except (Problem, Invalid) as refused:
            found[pk] = _words(refused.detail)
    return found


def _words(detail: Any) -> str:
    if isinstance(detail, dict):
        return " ".join(str(each) for several in detail.values() for each in several)
    return str(detail)


@transaction.atomic
def decide_subject(
    *,
    subject_type: str,
    subject_id: int,
    action: str,
    reason: str,
    note: str = "",
    until: datetime | None = None,
    moderator: User | None = None,
    automatic: bool = False,
) -> Decision:
    """Takes an action on a subject without a case: a rule's, or what an administrator does from a person's page.

    If there is an open case of it, that stays open. `not_found` if the subject is gone.
    """
    lock_subject(subject_type=subject_type, subject_id=subject_id)
    row = SUBJECTS[subject_type].rows().filter(pk=subject_id).first()
    if row is None:
        raise Problem("not_found")
    owner_id = SUBJECTS[subject_type].owner_of(row)
    return write(
        order=Order(action, reason, note, until), moderator=moderator, automatic=automatic,
        subject=(subject_type, subject_id), owner_id=owner_id, case=None,
    )  # fmt: skip
