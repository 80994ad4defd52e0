"""What a digest says: new notifications in words, as text and HTML, with the way to end it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from accounts.letters import Letter
from accounts.models import User
from notifications.limits import MAX_COUNTED
from notifications.models import Digest, Kind
from notifications.rows import Row, newer_rows

MAX_LINES = 20
SUBJECT = "What is new on pystagram"
_SALT = "notifications.unsubscribe"
_DID: dict[str, str] = {
    Kind.FOLLOW: "followed you",
    Kind.FOLLOW_REQUEST: "asked to follow you",
    Kind.REQUEST_ACCEPTED: "accepted your request",
    Kind.LIKE: "liked your post",
    Kind.COMMENT: "commented on your post",
    Kind.REPLY: "replied to your comment",
    Kind.MENTION: "mentioned you",
    Kind.COMMENT_LIKE: "liked your comment",
    Kind.STORY: "shared a story",
}


def unsubscribe_token(person_id: int) -> str:
    """Ends the digests of one person and nothing else, without a log-in, for good: mails are kept for years."""
    return signing.Signer(salt=_SALT).sign(str(person_id))


def person_in(token: str) -> int | None:
    """Whose digests a token ends; None if it is forged."""
    try:
        return int(signing.Signer(salt=_SALT).unsign(token))
    except signing.BadSignature:
        return None


def names_of(actors: Sequence[int | None], count: int, names: Mapping[int, str]) -> str:
    """ "alice, bob and 12 others": the newest, of as many as are counted."""
    known = [names[pk] for pk in actors if pk is not None and pk in names]
    rest = max(0, count - len(known[:2]))  # some may go away between the two statements
    if len(known) <= 2 and rest == 0:
        return " and ".join(known)
    more = f"{rest}+" if count == MAX_COUNTED else str(rest)
    return f"{', '.join(known[:2])} and {more} other{'' if rest == 1 else 's'}"


def line_of(row: Row, names: Mapping[int, str]) -> str:
    """One notification as a sentence."""
    if row.kind == Kind.MEDIA_FAILED:
        return f"Your {row.media_kind} could not be processed. {row.error_detail or ''}".strip()
    if row.kind == Kind.MODERATION:
        return f"Moderators have decided about something of yours. {json.loads(row.details)['reason']}"
    line = f"{names_of(row.actors, row.actors_count, names)} {_DID[row.kind]}"
    return f"{line}: “{' '.join(row.text.split())}”" if row.text else f"{line}."


def lines_of(rows: Sequence[Row]) -> list[str]:
    ids = {pk for row in rows for pk in row.actors[:2] if pk is not None}
    people = User.objects.get_queryset().filter(pk__in=ids).values_list("pk", "username")
    return [line_of(row, dict(people)) for row in rows]


def letter(person: User, lines: Iterable[str], *, every: str, more: bool) -> Letter:
    """The words of a digest."""
    end = f"{settings.PYSTAGRAM_URL}/unsubscribe/{unsubscribe_token(person.pk or 0)}"
    context = {
        "person": person, "lines": list(lines), "every": every, "more": more, "unsubscribe": end,
        "site": settings.PYSTAGRAM_URL, "subject": SUBJECT,
    }  # fmt: skip
    text, html = (render_to_string(f"notifications/mail/digest.{form}", context) for form in ("txt", "html"))
    return Letter(SUBJECT, text.strip() + "\n", html)


def example() -> Letter:
    """For `/dev/mails`."""
    lines = ["bob, charlie and 12 others liked your post.", "bob commented on your post: “What a light!”"]
    return letter(User(pk=0, username="alice"), lines, every="week", more=True)


def message(digest: Digest) -> EmailMultiAlternatives | None:
    """The message to send, of what is new and may be seen now; None if nothing is. Both mailboxes' buttons and the
    link end the digests (RFC 8058)."""
    rows = newer_rows(digest.person, after=digest.after_id, count=MAX_LINES + 1)
    if not rows:
        return None
    words = letter(digest.person, lines_of(rows[:MAX_LINES]), every=digest.every, more=len(rows) > MAX_LINES)
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    headers: dict[str, Any] = {
        "Message-ID": f"<{digest.pk.hex}@{domain}>",
        "Auto-Submitted": "auto-generated",
        "List-Unsubscribe": f"<{settings.PYSTAGRAM_URL}/unsubscribe/{unsubscribe_token(digest.person_id)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    written = EmailMultiAlternatives(words.subject, words.text, to=[digest.address], headers=headers)
    written.attach_alternative(words.html, "text/html")
    return written
