"""Mail digests: begun by the clock, at most one a period and person; sent by the outbox, once."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.actions import was_taken
from accounts.models import User
from events.actions import record
from events.decorators import NotYet
from notifications.digests import message
from notifications.models import PERIODS, Digest, Every, Inbox, Notification
from notifications.rows import newer_rows

MAX_BEGUN = 500  # of one run
HOLD = timedelta(seconds=60)  # longer than a mail server may take
KEPT_FOR = timedelta(days=30)


def begin_digests() -> int:
    """Begins the digests that are due; says how many."""
    due = Inbox.objects.due_at(timezone.now()).order_by("digest_due_at")
    people = list(due.values_list("person", flat=True)[:MAX_BEGUN])
    return sum(_begin(person_id) for person_id in people)


@transaction.atomic
def _begin(person_id: int) -> bool:
    """One digest for all periods that went by; none if there is nothing new, or nobody to send it to.

    The inbox is locked and due again only in the next period, so that two runs begin one.
    """
    now = timezone.now()
    rows = Inbox.objects.due_at(now).filter(person=person_id).select_related("person")
    inbox = rows.select_for_update(skip_locked=True, of=("self",)).first()
    if inbox is None or inbox.digest_due_at is None:
        return False
    period = PERIODS[inbox.digest]
    after, due_at = inbox.digest_id, inbox.digest_due_at
    inbox.digest_due_at = due_at + period * ((now - due_at) // period + 1)
    newest = Notification.objects.filter(recipient=person_id).aggregate(newest=Max("newest_id"))["newest"]
    is_new = _may_have_mail(inbox.person) and bool(newer_rows(inbox.person, after=after, count=1))
    if is_new:
        inbox.digest_id = newest
        digest = Digest.objects.create(
            person=inbox.person, address=inbox.person.email, every=_EVERY[inbox.digest], after_id=after
        )
        record("digest_due", digest_id=digest.pk.hex)
    inbox.save(update_fields=["digest_due_at", "digest_id"])
    return is_new


_EVERY: dict[str, str] = {Every.DAILY: "day", Every.WEEKLY: "week"}


def _may_have_mail(person: User) -> bool:
    return person.is_active and person.is_email_verified


def send_digest(*, digest_id: str) -> None:
    """Sends a digest, unless it was sent, was unsubscribed meanwhile, or has nothing left to say. Raises `NotYet`
    while another worker has it, ConnectionError if the mail server fails."""
    digest = _take(digest_id)
    if digest is None:
        return
    try:
        written = message(digest)
        taken = written is not None and was_taken(written=written)
    except BaseException:
        _note(digest, held_until=None)
        raise
    _note(digest, **{"sent_at" if taken else "dropped_at": timezone.now()})


def _note(digest: Digest, **times: datetime | None) -> None:
    Digest.objects.filter(pk=digest.pk).update(**times)


@transaction.atomic
def _take(digest_id: str) -> Digest | None:
    """The digest to send, held against other workers; None if there is nothing to send."""
    rows = Digest.objects.select_for_update(of=("self",)).select_related("person")
    digest = rows.filter(pk=digest_id, sent_at__isnull=True, dropped_at__isnull=True).first()
    if digest is None:
        return None
    now, person = timezone.now(), digest.person
    if digest.held_until and digest.held_until > now:
        raise NotYet(digest.held_until)
    wanted = Inbox.objects.of(person).digest != Every.OFF
    if not wanted or not _may_have_mail(person) or person.email != digest.address:
        digest.dropped_at = now
    digest.held_until = now + HOLD
    digest.save(update_fields=["held_until", "dropped_at"])
    return None if digest.dropped_at else digest


def unsubscribe(*, person_id: int) -> None:
    """Ends somebody's digests. Repeated, it changes nothing."""
    Inbox.objects.filter(person=person_id).update(digest=Every.OFF, digest_due_at=None)


def change_digest(*, inbox: Inbox, digest: str) -> None:
    """How often somebody wants digests; the first one a period from now. In the caller's transaction."""
    if inbox.digest == digest:
        return
    due_at = timezone.now() + PERIODS[digest] if digest != Every.OFF else None
    Inbox.objects.filter(pk=inbox.pk).exclude(digest=digest).update(digest=digest, digest_due_at=due_at)


def prune_digests() -> int:
    """Forgets that digests were sent a month ago: they hold addresses. Says how many."""
    count, _ = Digest.objects.filter(created_at__lt=timezone.now() - KEPT_FOR).delete()
    return count
