"""Recording events, pruning them, and retrying deliveries that were given up."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from api.correlation import current_request_id
from events.models import Delivery, Event, JobRun

KEPT_FOR = timedelta(days=7)
MAX_AT_ONCE = 1000  # events of one statement


def record(name: str, **payload: Any) -> None:
    """Records that `name` happened, in the caller's transaction: it exists if and only if that commits.

    `payload` are the ids it is about (JSON values). `pystagram/subscriptions.py` lists the tasks that run for it.
    """
    record_each(name=name, payloads=[payload])


def record_each(*, name: str, payloads: Sequence[Mapping[str, Any]]) -> None:
    """As `record`, for one event of each payload, in few statements."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(
            f"events.record({name!r}) outside a transaction: the event could outlive its cause, or be lost"
        )
    request_id = current_request_id()
    events = [Event(name=name, payload=payload, request_id=request_id) for payload in payloads]
    Event.objects.bulk_create(events, batch_size=MAX_AT_ONCE)


def record_in_statement(name: str, source: str, condition: str, /, **payload: str) -> str:
    """As `record`, as a part of an SQL statement: an event for each row of `source` that meets the condition.

    `payload` are SQL expressions, as all else here of the code's own constants. The statement takes a `request_id`.
    """
    members = ", ".join(f"'{key}', {value}" for key, value in payload.items())
    return (
        "INSERT INTO events_event (name, payload, request_id, recorded_at) "  # noqa: S608 (constants, as said above)
        f"SELECT '{name}', jsonb_build_object({members}), %(request_id)s::text, clock_timestamp() "
        f"FROM {source} WHERE {condition}"
    )


@transaction.atomic
def note_run(*, job: str) -> None:
    """Notes that a regular job was done just now."""
    JobRun.objects.update_or_create(job=job, defaults={"finished_at": timezone.now()})


def prune() -> int:
    """Removes events older than a week whose deliveries are done; returns the number of rows."""
    waiting = Delivery.objects.filter(event=OuterRef("pk"), done_at__isnull=True)
    old = Event.objects.filter(recorded_at__lt=timezone.now() - KEPT_FOR, expanded_at__isnull=False)
    count, _ = old.exclude(Exists(waiting)).delete()
    return count


def try_again(*, deliveries: QuerySet[Delivery]) -> int:
    """Makes deliveries that were given up due at once, with no failures counted; returns their number."""
    given_up = deliveries.filter(done_at__isnull=True, dead_at__isnull=False)
    return given_up.update(dead_at=None, attempts=0, lease_until=timezone.now())
