"""Delivering events in a test, in this process and at once."""

from django.db import transaction

from events.actions import record
from events.models import Delivery
from events.relay import claim, expand, task_named
from media.models import Media


def drain() -> int:
    """Runs every task that any recorded event asks for, until nothing is left; says how many ran.

    Broken tasks raise here instead of being tried again later.
    """
    count = 0
    while True:
        expand()
        due = claim()
        if not due:
            return count
        for delivery_id, task in due:
            task_named(task).run(delivery_id=delivery_id)
            count += 1
            delivery = Delivery.objects.get(pk=delivery_id)
            assert not delivery.last_error, f"{task}: {delivery.last_error}"


def settle_media(media: Media, *, task: str) -> None:
    """What the workers do when a media became ready: the event's delivery to one app, enqueued once."""
    Media.objects.filter(pk=media.pk).update(state=Media.State.READY)
    with transaction.atomic():
        record("media_ready", media_id=media.pk)
    expand()
    delivery = Delivery.objects.filter(task=task, done_at__isnull=True).order_by("-pk").first()
    assert delivery is not None, f"the wiring does not tell {task} of ready media"
    task_named(task).run(delivery_id=delivery.pk)
    delivery.refresh_from_db()
    assert delivery.done_at, delivery.last_error
