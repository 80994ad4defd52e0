"""Writing notifications down: each fact once, whoever asks and however often.

Whatever adds causes for a person holds that person's lock until it commits. So a fact is looked for and written by one
transaction at a time, and ids of causes grow in the order in which the person sees them: what a client has seen up to
an id has nothing below it that is still to come.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from accounts.models import User
from api.ids import generate_ids
from api.metrics import NOTIFICATIONS
from notifications.models import CHOICES, Cause, From, Inbox, Kind, Notification
from social.models import Follow


@dataclass(frozen=True)
class Fact:
    """Something to tell somebody, once for each kind, subject and actor."""

    recipient: int
    kind: str
    actor: int | None
    subject: int
    post: int | None = None
    comment: int | None = None
    story: int | None = None
    media: int | None = None
    details: str = ""

    @property
    def key(self) -> tuple[int, str, int]:
        return self.recipient, self.kind, self.subject

    @property
    def told(self) -> tuple[int, str, int, int | None]:
        """What tells once: of a comment, whichever of its kinds it was."""
        return _told(self.recipient, self.kind, self.subject, self.actor)


OF_A_COMMENT = {Kind.COMMENT, Kind.REPLY, Kind.MENTION}  # a comment tells a person once, as one of these


def _told(recipient: int, kind: str, subject: int, actor: int | None) -> tuple[int, str, int, int | None]:
    return recipient, Kind.COMMENT if kind in OF_A_COMMENT else kind, subject, actor


_LOCK = """
SELECT pg_advisory_xact_lock(hashtextextended('notifications ' || person, 0))
FROM (SELECT person FROM unnest(%s::bigint[]) AS person ORDER BY person) sorted
"""


@transaction.atomic
def note(*, facts: Sequence[Fact]) -> int:
    """Writes down those facts that their recipients want to be told of and were not told yet; says how many.

    Nobody is told what they did themselves.
    """
    others = [fact for fact in dict.fromkeys(facts) if fact.recipient != fact.actor]
    if not others:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [sorted({fact.recipient for fact in others})])
    new = _not_told(_of_people_who_are_there(others))
    inboxes = Inbox.objects.in_bulk({fact.recipient for fact in new})
    wanted = _wanted(new, inboxes)
    if wanted:
        _write(wanted, {pk: inbox.seen_id for pk, inbox in inboxes.items()})
    for fact in wanted:
        NOTIFICATIONS.labels(fact.kind).inc()
    return len(wanted)


def _of_people_who_are_there(facts: Sequence[Fact]) -> list[Fact]:
    """Without those of accounts that were purged meanwhile."""
    ids = {pk for fact in facts for pk in (fact.recipient, fact.actor) if pk is not None}
    people = User.objects.get_queryset().filter(pk__in=ids).exclude(pk__in=User.objects.get_queryset().purged())
    there = set(people.values_list("pk", flat=True))
    return [fact for fact in facts if fact.recipient in there and (fact.actor is None or fact.actor in there)]


def _not_told(facts: Sequence[Fact]) -> list[Fact]:
    kinds = {fact.kind for fact in facts}
    causes = Cause.objects.filter(
        notification__recipient__in={fact.recipient for fact in facts},
        notification__kind__in=OF_A_COMMENT | kinds if kinds & OF_A_COMMENT else kinds,
        notification__subject_id__in={fact.subject for fact in facts},
    )
    if all(fact.actor is not None for fact in facts):
        causes = causes.filter(actor__in={fact.actor for fact in facts})
    columns = ("notification__recipient", "notification__kind", "notification__subject_id", "actor")
    told = {_told(*row) for row in causes.values_list(*columns)}
    return [fact for fact in facts if fact.told not in told]


def _wanted(facts: Sequence[Fact], inboxes: dict[int, Inbox]) -> list[Fact]:
    """Those that the recipients' settings let through."""
    pairs = {
        (fact.recipient, fact.actor)
        for fact in facts
        if _asked_for(fact, inboxes) == From.PEOPLE_I_FOLLOW and fact.actor is not None
    }
    followed = _follows_among(pairs) if pairs else set()
    chosen = [(fact, _asked_for(fact, inboxes)) for fact in facts]
    return [
        fact
        for fact, asked in chosen
        if asked == From.EVERYBODY or (asked == From.PEOPLE_I_FOLLOW and (fact.recipient, fact.actor) in followed)
    ]


def _asked_for(fact: Fact, inboxes: dict[int, Inbox]) -> str:
    if fact.kind not in CHOICES:
        return From.EVERYBODY
    return str(getattr(inboxes.get(fact.recipient, _DEFAULTS), fact.kind))


_DEFAULTS = Inbox()


def _follows_among(pairs: Collection[tuple[int, int | None]]) -> set[Any]:
    follows = Follow.objects.accepted().filter(
        follower__in={one for one, _ in pairs}, followee__in={other for _, other in pairs}
    )
    return set(follows.values_list("follower_id", "followee_id"))


def _write(facts: Sequence[Fact], seen: dict[int, int]) -> None:
    """In the caller's transaction: the notifications, found or made, and the causes in them."""
    ids = generate_ids(len(facts))
    newest = {fact.key: (fact, number) for fact, number in zip(facts, ids, strict=True)}
    rows = [
        Notification(
            recipient_id=fact.recipient,
            kind=fact.kind,
            subject_id=fact.subject,
            epoch=seen.get(fact.recipient, 0) if fact.kind in GATHERED else 0,
            newest_id=number,
            post_id=fact.post,
            comment_id=fact.comment,
            story_id=fact.story,
            media_id=fact.media,
            details=fact.details,
        )
        for fact, number in newest.values()
    ]
    made = Notification.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["recipient", "kind", "subject_id", "epoch"],
        update_fields=["newest_id"],
    )
    of_key = {(row.recipient_id, row.kind, row.subject_id): row.pk for row in made}
    Cause.objects.bulk_create(
        Cause(id=number, notification_id=of_key[fact.key], actor_id=fact.actor)
        for fact, number in zip(facts, ids, strict=True)
    )


GATHERED = {Kind.FOLLOW, Kind.FOLLOW_REQUEST, Kind.LIKE, Kind.COMMENT_LIKE}  # others are of one person each
