"""Mails about suspensions: begun by the event of a decision, sent once."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.actions import was_taken
from accounts.models import User
from events.decorators import NotYet
from moderation.decision_mails import SUBJECT_LINES, message
from moderation.models import Decision, DecisionMail

HOLD = timedelta(seconds=60)  # longer than a mail server may take


def send_decision_mail(*, decision_id: int) -> None:
    """Tells somebody who cannot log in what was decided, unless it was sent or is not in force any more. Raises
    `NotYet` while another worker has it, ConnectionError if the mail server fails."""
    decision = Decision.objects.filter(pk=decision_id).first()
    if decision is None or decision.action not in SUBJECT_LINES:
        return
    mail = _take(decision)
    if mail is None:
        return
    try:
        taken = was_taken(written=message(decision, mail.person))
    except BaseException:
        _note(mail, held_until=None)
        raise
    _note(mail, **{"sent_at" if taken else "dropped_at": timezone.now()})


def _note(mail: DecisionMail, **times: datetime | None) -> None:
    DecisionMail.objects.filter(pk=mail.pk).update(**times)


@transaction.atomic
def _take(decision: Decision) -> DecisionMail | None:
    """The mail to send, held against other workers; None if there is nothing to send."""
    person = User.objects.get_queryset().exclude(purged_at__isnull=False).filter(pk=decision.owner_id).first()
    if person is None:
        return None
    DecisionMail.objects.bulk_create([DecisionMail(decision=decision, person=person)], ignore_conflicts=True)
    rows = DecisionMail.objects.select_for_update(of=("self",)).select_related("person")
    mail = rows.get(pk=decision.pk)
    if mail.sent_at or mail.dropped_at:
        return None
    now = timezone.now()
    if mail.held_until and mail.held_until > now:
        raise NotYet(mail.held_until)
    if not person.is_email_verified or Decision.objects.superseding(decision).exists():
        mail.dropped_at = now
    mail.held_until = now + HOLD
    mail.save(update_fields=["held_until", "dropped_at"])
    return None if mail.dropped_at else mail
