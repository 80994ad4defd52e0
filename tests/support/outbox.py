"""Delivering events in a test, in this process and at once."""

from django.db import transaction

from events.actions import record
from events.models import Delivery
from events.relay import arguments_of, claim, expand, import_tasks, messages, task_named
from media.models import Media


def drain() -> int:
    """Runs every task that any recorded event asks for, until nothing is left; says how many ran.

    Broken tasks raise here instead of being tried again later.
    """
    count = 0
    import_tasks()
    while True:
        expand()
        due = claim()
        if not due:
            return count
        for task, ids in messages(due):
            task_named(task).run(**arguments_of(task, ids))
            count += len(ids)
            for error in Delivery.objects.filter(pk__in=ids).values_list("last_error", flat=True):
                assert not error, f"{task}: {error}"


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
