"""The relay: turns events into deliveries and sends those that are due to the broker.

Any number may run: rows are claimed with SKIP LOCKED. A message may get lost: a delivery that is not done when its
lease runs out is sent again.
"""

import functools
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from events.decorators import BATCHES, LEASE, QUEUES
from events.models import Delivery, Event

logger = logging.getLogger(__name__)
BATCH = 500
RETRY_RING_SECONDS = 3


def wiring() -> Mapping[str, Sequence[str]]:
    """Event → names of the tasks that run for it (pystagram/subscriptions.py, named in the settings)."""
    table: Mapping[str, Sequence[str]] = import_string(settings.EVENTS_SUBSCRIPTIONS)
    return table


@functools.cache
def import_tasks() -> None:
    """Imports the apps' tasks, once: Celery would look for them in every app again, which takes milliseconds."""
    current_app.loader.import_default_modules()


def task_named(name: str) -> Any:
    """The Celery task of this name."""
    import_tasks()
    return current_app.tasks[name]


def expand() -> int:
    """Writes the deliveries of new events; returns the number of events."""
    table, now = wiring(), timezone.now()
    with transaction.atomic():
        recorded = list(
            Event.objects.select_for_update(skip_locked=True).filter(expanded_at__isnull=True).order_by("id")[:BATCH]
        )
        Delivery.objects.bulk_create(
            [
                Delivery(event=event, task=task, lease_until=now)
                for event in recorded
                for task in table.get(event.name, ())
            ],
            ignore_conflicts=True,
        )
        Event.objects.filter(pk__in=[event.pk for event in recorded]).update(expanded_at=now)
    return len(recorded)


_CLAIM = """
    UPDATE events_delivery SET attempts = attempts + 1, lease_until = clock_timestamp() + %s * interval '1 second'
    WHERE id IN (
        SELECT id FROM events_delivery
        WHERE done_at IS NULL AND dead_at IS NULL AND lease_until <= clock_timestamp()
        ORDER BY lease_until LIMIT %s FOR UPDATE SKIP LOCKED
    ) RETURNING id, task
"""


def claim() -> list[tuple[int, str]]:
    """Takes deliveries that are due, each for one lease: (id, task)."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [LEASE.total_seconds(), BATCH])
        return list(cursor.fetchall())


def messages(due: list[tuple[int, str]]) -> list[tuple[str, list[int]]]:
    """What to send for these: the task and its deliveries; many where the task takes them together, else one."""
    by_task: dict[str, list[int]] = {}
    for delivery_id, task in due:
        by_task.setdefault(task, []).append(delivery_id)
    return [(task, some) for task, ids in by_task.items() for some in _parts(sorted(ids), BATCHES.get(task, 1))]


def _parts(ids: list[int], most: int) -> list[list[int]]:
    return [ids[start : start + most] for start in range(0, len(ids), most)]


def arguments_of(task: str, delivery_ids: list[int]) -> dict[str, Any]:
    """What the task takes these deliveries as."""
    return {"delivery_ids": delivery_ids} if task in BATCHES else {"delivery_id": delivery_ids[0]}


def enqueue(due: list[tuple[int, str]]) -> int:
    """Sends each to the broker; what cannot be sent is due again soon, and does not count as an attempt."""
    import_tasks()  # which says of each task whether it takes many
    waiting = messages(due)
    for sent, (task, ids) in enumerate(waiting):
        try:
            job = task_named(task)
            job.apply_async(kwargs=arguments_of(task, ids), queue=QUEUES[task], retry=False)
        except KeyError:  # counts as an attempt: after the last one it is given up, for an operator to look at
            logger.error("deliveries %s: the wiring names %s, which nobody has", ids, task)
        except Exception:  # refused, silent, full, gone: sent again in a later round
            _unclaim([delivery_id for _, unsent in waiting[sent:] for delivery_id in unsent])
            raise
    return len(due)


_UNCLAIM = """
    UPDATE events_delivery
    SET attempts = greatest(attempts - 1, 0), lease_until = clock_timestamp() + %s * interval '1 second'
    WHERE id = ANY(%s)
"""


def _unclaim(ids: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_UNCLAIM, [RETRY_RING_SECONDS, ids])


def pump() -> bool:
    """One round: expand, claim, enqueue. Whether there may be more than fits into one."""
    count = expand()
    due = claim()
    if due:
        enqueue(due)
    return BATCH in (count, len(due))
