"""What the wiring calls. Each may run twice: readers drop repeats, and a feed that is there is not built again."""

from celery import shared_task

from accounts.models import User
from events.decorators import idempotent_task
from events.models import Delivery
from feed import actions, audit


@idempotent_task(queue="feed")
def build(*, delivery: Delivery, user_id: int) -> None:
    """For somebody who registered or logged in."""
    user = User.objects.active().filter(pk=user_id).first()
    if user is not None:
        actions.build(user=user)


@idempotent_task(queue="feed")
def backfill(*, delivery: Delivery, follower_id: int, followee_id: int) -> None:
    """For somebody who follows a person, or no longer mutes one for good."""
    user = User.objects.active().filter(pk=follower_id).first()
    if user is not None:
        actions.backfill(user=user, followee_id=followee_id)


@idempotent_task(queue="feed")
def merge_close_posts(*, delivery: Delivery, follower_id: int, followee_id: int) -> None:
    """For somebody who is among a followee's close friends now."""
    user = User.objects.active().filter(pk=follower_id).first()
    if user is not None:
        actions.merge_close_posts(user=user, followee_id=followee_id)


@idempotent_task(queue="feed")
def fan_out(*, delivery: Delivery, post_id: int, author_id: int) -> None:
    """For a post that was published, or is back."""
    actions.fan_out(post_id=post_id, delivery=delivery)


@idempotent_task(queue="fanout_bulk")
def push_range(*, delivery: Delivery, post_id: int, timeline_id: int, author_id: int, after: int, upto: int) -> None:
    """For one range of many followers; on a queue of its own, so that a star delays nobody."""
    actions.push_range(
        post_id=post_id, timeline_id=timeline_id, author_id=author_id, after=after, upto=upto, delivery=delivery
    )


@idempotent_task(queue="feed")
def purge_person(*, delivery: Delivery, user_id: int) -> None:
    """For somebody who is purged."""
    actions.purge_person(user_id=user_id)


@shared_task
def audit_some() -> None:
    """Compares the next few feeds with the SQL truth and builds anew those that differ."""
    audit.audit_some()
