"""What mails say: one template in text and one in HTML for each kind."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from accounts.mail_tokens import token_of
from accounts.models import TOKEN_LIFE, Mail

SUBJECTS: dict[str, str] = {
    Mail.Kind.VERIFY_ADDRESS: "Confirm your e-mail address",
    Mail.Kind.RESET_PASSWORD: "Choose a new password",
    Mail.Kind.CHANGE_ADDRESS: "Confirm your new e-mail address",
    Mail.Kind.ADDRESS_CHANGED: "Your e-mail address was changed",
    Mail.Kind.ACCOUNT_APPROVED: "Welcome: your account is ready",
    Mail.Kind.REGISTRATION_REFUSED: "Your registration was not accepted",
    Mail.Kind.ACCOUNT_EXISTS: "You already have an account",
    Mail.Kind.PASSWORD_CHANGED: "Your password was changed",
    Mail.Kind.SECOND_FACTOR_REMOVED: "Your second factor was removed",
    Mail.Kind.ACCOUNT_DELETED: "Your account is to be deleted",
}


@dataclass(frozen=True)
class Letter:
    """A mail as it is read."""

    subject: str
    text: str
    html: str


def letter(mail: Mail) -> Letter:
    """The words of a mail. Its person must be known (`mail.user`), unless there is no account any more."""
    context = {**_link(mail), "mail": mail, "person": mail.user, "site": settings.PYSTAGRAM_URL}
    subject = SUBJECTS[mail.kind]
    text, html = (
        render_to_string(f"accounts/mail/{mail.kind}.{form}", {**context, "subject": subject})
        for form in ("txt", "html")
    )
    return Letter(subject, text.strip() + "\n", html)


def _link(mail: Mail) -> dict[str, Any]:
    """The token of a mail that has one, the page that takes it, and how long it may be used, in words."""
    life = TOKEN_LIFE.get(mail.kind)
    if life is None:
        return {}
    hours = int(life.total_seconds()) // 3600
    count, unit = (hours // 24, "day") if hours >= 24 else (hours, "hour")
    token = token_of(mail)
    lasts = f"{count} {unit}{'s' if count > 1 else ''}"
    return {"token": token, "link": f"{settings.PYSTAGRAM_URL}/confirm/{token}", "lasts": lasts}


def message(mail: Mail) -> EmailMultiAlternatives:
    """The message to send. Its Message-ID is the same at each try, so that a mailbox can tell a double."""
    words = letter(mail)
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    headers = {"Message-ID": f"<{mail.pk.hex}@{domain}>", "Auto-Submitted": "auto-generated"}
    written = EmailMultiAlternatives(words.subject, words.text, to=[mail.address], headers=headers)
    written.attach_alternative(words.html, "text/html")
    return written
