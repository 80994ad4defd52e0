"""Mails: asked for in the transaction of their cause, sent by a worker, and their tokens redeemed.

Asking does the same for every address, known or not; whom it concerns is found out by the worker
(docs/adr/0019-an-address-belongs-to-whoever-verified-it.md).
"""

import smtplib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from accounts.letters import message
from accounts.mail_tokens import fits, mail_id_in
from accounts.models import Mail, User
from api.problems import Invalid
from events.actions import record
from events.decorators import NotYet

HOLD = timedelta(seconds=60)  # longer than a server may take (EMAIL_TIMEOUT, for each of a few steps)
MAILS_WINDOW = timedelta(hours=1)
MAX_MAILS_TO_ADDRESS = 5  # that anybody may cause; news of one's own account come on top
MAILS_KEPT_FOR = timedelta(days=30)
WHILE_DELETED = {
    Mail.Kind.ACCOUNT_DELETED, Mail.Kind.RESET_PASSWORD, Mail.Kind.PASSWORD_CHANGED, Mail.Kind.ADDRESS_CHANGED,
    Mail.Kind.ACCOUNT_EXISTS,
}  # fmt: skip
TEMPORARY_REPLIES = range(400, 500)  # of an SMTP server


class Useless(Invalid):
    """A token that was used, has run out, or is wrong: one answer."""

    def __init__(self) -> None:
        super().__init__("token", "invalid", "This was used, has run out, or is wrong. Ask for a new one.")


def request_mail(*, kind: str, address: str, user: User | None = None, note: str = "") -> None:
    """Has a mail sent that anybody can cause, at most five an hour to an address; beyond, nothing is sent or said."""
    with transaction.atomic():
        _lock(f"mail {address}")
        recent = Mail.objects.to_address_since(address, timezone.now() - MAILS_WINDOW)
        if recent[:MAX_MAILS_TO_ADDRESS].count() < MAX_MAILS_TO_ADDRESS:
            tell(kind=kind, address=address, user=user, note=note)


def lock_address(address: str) -> None:
    """Until the transaction ends, nobody else makes this address theirs."""
    _lock(f"address {address}")


def _lock(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def tell(*, kind: str, address: str, user: User | None, note: str = "") -> None:
    """Has a mail sent, in the caller's transaction."""
    mail = Mail.objects.create(kind=kind, address=address, user=user, note=note[:256])
    record("mail_requested", mail_id=mail.pk.hex)


def send_mail(*, mail_id: str) -> None:
    """Sends a mail, unless it was sent. Raises `NotYet` while another worker has it.

    A server that takes it and dies before it says so may get it twice, with the same Message-ID.
    """
    mail = _take(mail_id)
    if mail is None:
        return
    try:
        refused = not was_taken(written=message(mail))
    except BaseException:
        _note(mail, held_until=None)
        raise
    _note(mail, **{"dropped_at" if refused else "sent_at": timezone.now()})


def _note(mail: Mail, **times: datetime | None) -> None:
    Mail.objects.filter(pk=mail.pk).update(**times)


def was_taken(*, written: EmailMessage) -> bool:
    """False if the server refuses the address for good. Raises ConnectionError for what may be better later."""
    try:
        written.send()
    except smtplib.SMTPRecipientsRefused as refusal:
        if any(code in TEMPORARY_REPLIES for code, _ in refusal.recipients.values()):
            raise ConnectionError(str(refusal)) from refusal
        return False
    except OSError as error:  # smtplib's are such: no service, no log-in, a line that broke, a disk that is full
        raise ConnectionError(str(error)) from error
    return True


@transaction.atomic
def _take(mail_id: str) -> Mail | None:
    """The mail to send, with its person, held against other workers; None if there is nothing to send."""
    mail = Mail.objects.select_for_update(of=("self",)).filter(pk=mail_id).first()
    if mail is None or mail.sent_at or mail.dropped_at:
        return None
    now = timezone.now()
    if mail.held_until and mail.held_until > now:
        raise NotYet(mail.held_until)
    if not _concerns_somebody(mail):
        mail.dropped_at = now
    mail.held_until = now + HOLD
    mail.save(update_fields=["kind", "user", "held_until", "dropped_at"])
    return None if mail.dropped_at else mail


def _concerns_somebody(mail: Mail) -> bool:
    """Whether there is somebody to tell. May turn it into another mail: the owner of an address that is in use is
    told that there is an account."""
    owner = User.objects.get_queryset().with_address(mail.address).first()
    if mail.kind == Mail.Kind.REGISTRATION_REFUSED:  # of an account that is no more
        return owner is None
    if mail.kind == Mail.Kind.RESET_PASSWORD:
        mail.user = owner or User.objects.get_queryset().claiming(mail.address).order_by("-created_at").first()
    elif mail.kind in {Mail.Kind.VERIFY_ADDRESS, Mail.Kind.ACCOUNT_APPROVED, Mail.Kind.CHANGE_ADDRESS}:
        if owner is not None and owner.pk == mail.user_id:
            return False
        if owner is not None:
            mail.kind, mail.user = Mail.Kind.ACCOUNT_EXISTS, owner
    return mail.user is not None and mail.user.is_reachable and _fits_state(mail.kind, mail.user)


def _fits_state(kind: str, user: User) -> bool:
    """Whoever is to be deleted is told of that, and gets what leads back; nobody else is told of a deletion."""
    if user.deleted_at is None:
        return kind != Mail.Kind.ACCOUNT_DELETED
    return kind in WHILE_DELETED


@transaction.atomic
def mail_with_token(*, token: str) -> Mail | None:
    """The mail whose token this is, with its person, if it may be used; a wrong guess counts against the mail that it
    names."""
    number = mail_id_in(token)
    if number is None:
        return None
    mail = Mail.objects.select_for_update(of=("self",)).select_related("user").filter(pk=number).first()
    if mail is not None and not fits(token, mail):
        Mail.objects.filter(pk=mail.pk).update(tries=F("tries") + 1)
    elif mail is not None and mail.is_usable and not Mail.objects.superseding(mail).exists():
        return mail
    return None


@contextmanager
def redeemed(*, token: str, kinds: Collection[str]) -> Iterator[tuple[Mail, User]]:
    """A transaction in which the token is used up: the mail, and its person, locked. `invalid` if it is of no use."""
    mail = mail_with_token(token=token)
    if mail is None or mail.user_id is None or mail.kind not in kinds:
        raise Useless
    person = mail.user_id
    with transaction.atomic():
        lock_address(mail.address)  # then the person, then mails: the order of all locks here
        user = User.objects.get_queryset().select_for_update(of=("self",), no_key=True).get(pk=person)
        mail = Mail.objects.select_for_update(of=("self",)).get(pk=mail.pk)
        if mail.used_at:
            raise Useless
        mail.used_at = timezone.now()
        mail.save(update_fields=["used_at"])
        yield mail, user


def prune_mails() -> int:
    """Removes mails of a month ago: they hold addresses, and their tokens have run out. Says how many."""
    count, _ = Mail.objects.filter(created_at__lt=timezone.now() - MAILS_KEPT_FOR).delete()
    return count
