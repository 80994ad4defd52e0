"""Whom an event is told to. What comes by the hundred a second is taken many at once."""

from collections.abc import Mapping, Sequence
from typing import Any

from celery import shared_task
from django.utils import timezone

from events.decorators import NotYet, batch_task, idempotent_task, transactional_task
from events.models import Delivery
from notifications import actions

Payloads = Sequence[Mapping[str, int]]


@batch_task()
def note_follows(*, payloads: Payloads) -> None:
    """Somebody followed a public account."""
    actions.note_follows(payloads=payloads)


@transactional_task()
def note_follow_request(*, follower_id: int, followee_id: int) -> None:
    """Somebody asked to follow a private account."""
    actions.note_follow_request(follower_id=follower_id, followee_id=followee_id)


@transactional_task()
def note_acceptance(*, follower_id: int, followee_id: int) -> None:
    """A request was accepted."""
    actions.note_acceptance(follower_id=follower_id, followee_id=followee_id)


@batch_task()
def note_likes(*, payloads: Payloads) -> None:
    """A post was liked."""
    actions.note_likes(payloads=payloads)


@batch_task()
def note_comment_likes(*, payloads: Payloads) -> None:
    """A comment was liked."""
    actions.note_comment_likes(payloads=payloads)


@transactional_task()
def note_comment(*, comment_id: int) -> None:
    """A comment or reply was written or edited."""
    actions.note_comment(comment_id=comment_id)


@transactional_task()
def note_mentions(*, post_id: int) -> None:
    """A post was published or edited whose caption has names."""
    actions.note_mentions(post_id=post_id)


@transactional_task()
def note_story(*, story_id: int, author_id: int) -> None:
    """A story was published."""
    actions.note_story(story_id=story_id, author_id=author_id)


@transactional_task()
def note_story_range(*, story_id: int, author_id: int, after: int) -> None:
    """A story was published of which more people want to know."""
    actions.note_story(story_id=story_id, author_id=author_id, after=after)


@transactional_task()
def note_failed_media(*, media_id: int) -> None:
    """A media could not be processed."""
    actions.note_failed_media(media_id=media_id)


@transactional_task()
def note_decision(
    *, decision_id: int, owner_id: int, action: str, subject_type: str, subject_id: int, sentence: str, **_others: Any
) -> None:
    """Moderators decided about something."""
    actions.note_decision(
        decision_id=decision_id, owner_id=owner_id, action=action, subject_type=subject_type, subject_id=subject_id,
        sentence=sentence,
    )  # fmt: skip


@idempotent_task()
def purge_person(*, delivery: Delivery, user_id: int) -> None:
    """Removes the notifications of somebody who is purged."""
    if not actions.purge_person(user_id=user_id):
        raise NotYet(timezone.now())


@idempotent_task()
def send_digest(*, delivery: Delivery, digest_id: str) -> None:
    """A digest was begun."""
    actions.send_digest(digest_id=digest_id)


@shared_task
def begin_digests() -> int:
    """Begins the mail digests that are due; says how many."""
    return actions.begin_digests()


@shared_task
def prune_digests() -> int:
    """Forgets digests of a month ago; says how many."""
    return actions.prune_digests()


@shared_task
def prune() -> int:
    """Removes old notifications; says how many."""
    return actions.prune()
