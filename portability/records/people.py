"""A person's own profile, log-ins and relations."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from accounts.models import Session, User
from notifications.models import CHOICES, Inbox
from portability.records.media import CHUNK
from social.models import Block, CloseFriend, Follow, Mute
from social.visibility import person_visible_to


def profile(person: User) -> Iterator[dict[str, Any]]:
    yield {
        "id": str(person.pk),
        "username": person.username,
        "name": person.name,
        "email": person.email,
        "birth_date": person.birth_date,
        "bio": person.bio,
        "website": person.website,
        "avatar": str(person.avatar_id) if person.avatar_id else None,
        "is_private": person.is_private,
        "comments_from": person.comments_from,
        "created_at": person.created_at,
        "last_login": person.last_login,
    }


def sessions(person: User) -> Iterator[dict[str, Any]]:
    for row in Session.objects.filter(user=person).order_by("created_at").iterator(CHUNK):
        yield {
            "device": row.user_agent,
            "address": row.address,
            "created_at": row.created_at,
            "last_used_at": row.last_used_at,
            "ended_at": row.revoked_at,
        }


def _named(person: User, rows: QuerySet[Any], member: str, *more: str) -> Iterator[dict[str, Any]]:
    """Without those who do not exist for the person any more: their name of today is not the person's to know."""
    shown = rows.filter(person_visible_to(person, member)).order_by("pk")
    for username, *values in shown.values_list(f"{member}__username", *more).iterator(CHUNK):
        yield {"username": username, **dict(zip(more, values, strict=True))}


def following(person: User) -> Iterator[dict[str, Any]]:
    return _named(person, Follow.objects.accepted().filter(follower=person), "followee", "accepted_at")


def followers(person: User) -> Iterator[dict[str, Any]]:
    return _named(person, Follow.objects.accepted().filter(followee=person), "follower", "accepted_at")


def follow_requests(person: User) -> Iterator[dict[str, Any]]:
    """Those that the person made and that nobody has answered."""
    return _named(person, Follow.objects.pending().filter(follower=person), "followee", "created_at")


def blocks(person: User) -> Iterator[dict[str, Any]]:
    return _named(person, Block.objects.made_by(person), "blocked", "created_at")


def mutes(person: User) -> Iterator[dict[str, Any]]:
    return _named(person, Mute.objects.made_by(person), "muted", "created_at", "expires_at")


def close_friends(person: User) -> Iterator[dict[str, Any]]:
    """Whom the person counts as close. (Who counts the person as close is theirs to know.)"""
    return _named(person, CloseFriend.objects.kept_by(person), "friend", "created_at")


def notification_settings(person: User) -> Iterator[dict[str, Any]]:
    inbox = Inbox.objects.of(person)
    yield {kind: getattr(inbox, kind) for kind in (*CHOICES, "digest")}
