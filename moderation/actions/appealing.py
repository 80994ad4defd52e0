"""Appeals: one for a decision, decided by somebody else than the decision was."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from api.problems import Invalid, Problem
from moderation.actions.deciding import Order, write
from moderation.actions.reporting import lock_decisions
from moderation.actions.reversing import case_of, reversal
from moderation.actions.standing import require_moderator
from moderation.appeal_tokens import decision_in
from moderation.limits import MAX_NOTE_LENGTH
from moderation.models import Action, Appeal, Decision


def appeal(*, person: User, decision_id: int, text: str) -> Decision:
    """Says what the owner has against a decision; the same again changes nothing. `not_found` for what is not about
    the person, `not_appealable` for what was appealed, taken back, is too old or needs none."""
    return _appeal(_told(person.pk, decision_id), text)


def appeal_by_token(*, token: str, text: str) -> Decision:
    """As `appeal`, of whoever cannot log in, by the token in a mail; `invalid` if it is wrong."""
    found = Decision.objects.for_display().numbered(decision_in(token))
    people = User.objects.get_queryset().exclude(purged_at__isnull=False)
    if found is None or not people.filter(pk=found.owner_id).exists():
        raise Invalid("token", "invalid", "This is not complete, or wrong.")
    return _appeal(found, text)


def _told(person_id: int, decision_id: int) -> Decision:
    person = User.objects.get_queryset().get(pk=person_id)
    found = Decision.objects.told_to(person).for_display().filter(pk=decision_id).first()
    if found is None:
        raise Problem("not_found")
    return found


def _appeal(decision: Decision, text: str) -> Decision:
    if not _is_repeated(decision, text):
        if not decision.is_appealable:
            raise Problem("not_appealable")
        _write(decision, text)
    return Decision.objects.for_display().get(pk=decision.pk)


def _is_repeated(decision: Decision, text: str) -> bool:
    earlier = Appeal.objects.filter(decision=decision.pk).first()
    return earlier is not None and earlier.text == text


def _write(decision: Decision, text: str) -> None:
    """Of several at once one is written; one with other words is `not_appealable`."""
    try:
        with transaction.atomic():
            Appeal.objects.create(
                decision=decision, person_id=decision.owner_id, text=text, first_moderator_id=decision.moderator_id
            )
    except IntegrityError:
        if not _is_repeated(decision, text):
            raise Problem("not_appealable") from None


@transaction.atomic
def decide_appeal(*, moderator: User, appeal_id: int, granted: bool, reason: str = "", note: str = "") -> Decision:
    """Grants an appeal, which takes the decision back, or refuses it. `permission_denied` for who made the decision;
    `conflict` if the appeal is decided, or the decision is not in force any more (a refusal is always possible)."""
    require_moderator(moderator=moderator)
    if len(note) > MAX_NOTE_LENGTH:
        raise Invalid("note", "max_length", f"At most {MAX_NOTE_LENGTH} characters.")
    first = Decision.objects.filter(appeal=appeal_id).first()
    if first is None:
        raise Problem("not_found")
    case = case_of(decision=first)  # before the appeal: the order of all locks
    lock_decisions(subject_type=first.subject_type, subject_id=first.subject_id)
    row = Appeal.objects.locked().get(pk=appeal_id)
    if row.state != Appeal.State.OPEN:
        raise Problem("conflict", "This appeal is decided already.")
    if row.first_moderator_id == moderator.pk:
        raise Problem("permission_denied", "Somebody else has to decide on an appeal against your decision.")
    row.state = Appeal.State.GRANTED if granted else Appeal.State.REFUSED
    row.decided_by, row.decided_at, row.note = moderator, timezone.now(), note
    row.save(update_fields=["state", "decided_by", "decided_at", "note"])
    if granted:
        return reversal(first=first, moderator=moderator, reason=reason or "mistake", note=note)
    return write(
        order=Order(Action.UPHOLD, reason or "upheld", note), moderator=moderator, automatic=False,
        subject=first.subject, owner_id=first.owner_id, case=case,
    )  # fmt: skip
