"""Decorators for the tasks that process events.

`@transactional_task` makes a Celery task of a function. The task runs once per delivery: it marks the delivery done in
the transaction of its effect, so neither a flushed broker nor a killed worker loses it, and a repeated message does
nothing.
A function that does I/O or takes long is a `@idempotent_task`: it gets the delivery, extends its lease and keeps its
progress there, and must be harmless when repeated.
A `@batch_task` is a transactional one that takes many deliveries at once, for events that come by the hundred a second.
"""

import functools
import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import redis
from celery import shared_task
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from api.correlation import correlate, correlated
from api.metrics import TASK_TIME, TASKS
from events.models import Delivery

logger = logging.getLogger(__name__)
LEASE = timedelta(seconds=30)
MAX_ATTEMPTS = 12
MAX_PAUSE_SECONDS = 600
OUTAGE_PAUSE = timedelta(seconds=10)
OUTAGES = (ConnectionError, TimeoutError, OperationalError, InterfaceError)
REDIS_OUTAGES = (redis.ConnectionError, redis.TimeoutError, redis.ReadOnlyError, redis.OutOfMemoryError)
QUEUES: dict[str, str] = {}  # task → the queue the relay sends it to
BATCHES: dict[str, int] = {}  # tasks that take many deliveries at once → how many at most
MAX_TOGETHER = 500


class NotYet(Exception):
    """Raised by a task that is neither done nor failed: the relay sends it again at `due_at`."""

    def __init__(self, due_at: datetime) -> None:
        super().__init__(f"not before {due_at}")
        self.due_at = due_at


def pause_after(attempts: int) -> timedelta:
    """How long to wait after the n-th failure: 2, 4, 8 … seconds, at most ten minutes."""
    return timedelta(seconds=min(2**attempts, MAX_PAUSE_SECONDS))


def is_outage(error: Exception) -> bool:
    """Whether the error is an outage of a server or store (503): the task is retried and does not count as failed."""
    if isinstance(error, redis.ResponseError) and str(error).startswith("MISCONF"):  # it cannot write to its disk
        return True
    return isinstance(error, OUTAGES + REDIS_OUTAGES) or getattr(error, "status_code", None) == 503


def _fail(delivery_id: int, error: Exception) -> None:
    """Records the failure and schedules a retry, or gives up; outages never count towards giving up."""
    delivery = Delivery.objects.get(pk=delivery_id)
    now = timezone.now()
    delivery.last_error = f"{type(error).__name__}: {error}"[:2000]
    if is_outage(error):
        delivery.attempts = max(delivery.attempts - 1, 0)
        delivery.lease_until = now + OUTAGE_PAUSE
    else:
        delivery.lease_until = now + pause_after(delivery.attempts)
        delivery.dead_at = now if delivery.attempts >= MAX_ATTEMPTS else None
    delivery.save(update_fields=["attempts", "last_error", "lease_until", "dead_at"])


def _postpone(delivery_id: int, due_at: datetime) -> None:
    attempts = Greatest(F("attempts") - 1, 0)
    Delivery.objects.filter(pk=delivery_id, done_at=None).update(attempts=attempts, lease_until=due_at)


def _guarded(name: str, run: Callable[[int], None]) -> Callable[[int], None]:
    @functools.wraps(run)
    def task(delivery_id: int, **_from_newer_code: Any) -> None:
        started, outcome = time.perf_counter(), "done"
        with correlated():
            try:
                run(delivery_id)
            except NotYet as waiting:
                outcome = "waiting"
                _postpone(delivery_id, waiting.due_at)
            except Exception as error:  # any error: the outbox retries it
                outcome = "outage" if is_outage(error) else "failed"
                logger.exception("delivery %s failed", delivery_id)
                _fail(delivery_id, error)
            _note(name, delivery_id, outcome, time.perf_counter() - started)

    return task


def _note(name: str, delivery_id: int, outcome: str, seconds: float) -> None:
    TASKS.labels(name, outcome).inc()
    TASK_TIME.labels(name).observe(seconds)
    known = {"task": name, "delivery_id": delivery_id, "outcome": outcome, "milliseconds": round(seconds * 1000, 1)}
    logger.info("%s of delivery %s: %s", name, delivery_id, outcome, extra=known)


def transactional_task(*, queue: str = "default") -> Callable[[Callable[..., None]], Any]:
    """A task whose effect is rows alone: effect and `done_at` commit together."""

    def decorate(function: Callable[..., None]) -> Any:
        def run(delivery_id: int) -> None:
            with transaction.atomic():
                rows = Delivery.objects.select_for_update(skip_locked=True, of=("self",)).select_related("event")
                delivery = rows.filter(pk=delivery_id, done_at__isnull=True).first()
                if delivery is None:
                    return
                correlate(delivery.event.request_id)
                function(**delivery.event.payload)
                delivery.done_at = timezone.now()
                delivery.save(update_fields=["done_at"])

        return _as_task(function, run, queue)

    return decorate


def idempotent_task(*, queue: str = "default") -> Callable[[Callable[..., None]], Any]:
    """A task with effects outside the database; gets `delivery`, must be repeatable."""

    def decorate(function: Callable[..., None]) -> Any:
        def run(delivery_id: int) -> None:
            rows = Delivery.objects.select_related("event")
            delivery = rows.filter(pk=delivery_id, done_at__isnull=True).first()
            if delivery is None:
                return
            correlate(delivery.event.request_id)
            function(delivery=delivery, **delivery.event.payload)
            Delivery.objects.filter(pk=delivery_id).update(done_at=timezone.now())

        return _as_task(function, run, queue)

    return decorate


def batch_task(*, queue: str = "default", most: int = MAX_TOGETHER) -> Callable[[Callable[..., None]], Any]:
    """A task whose effect is rows alone, of many deliveries: gets their `payloads`, oldest first, `most` of them.

    Effect and `done_at` of all commit together, so `most` is small where it locks what others write meanwhile. If it
    fails, each is run alone, so that none stops the others.
    """

    def decorate(function: Callable[..., None]) -> Any:
        def run(delivery_ids: Sequence[int]) -> None:
            with transaction.atomic():
                rows = Delivery.objects.select_for_update(skip_locked=True, of=("self",)).select_related("event")
                due = list(rows.filter(pk__in=delivery_ids, done_at__isnull=True).order_by("pk"))
                if due:
                    function(payloads=[delivery.event.payload for delivery in due])
                    Delivery.objects.filter(pk__in=[delivery.pk for delivery in due]).update(done_at=timezone.now())

        name = f"{function.__module__}.{function.__name__}"
        QUEUES[name] = queue
        BATCHES[name] = most
        task = _guarded_batch(name, run)
        functools.update_wrapper(task, function)
        return shared_task(name=name)(task)

    return decorate


def _guarded_batch(name: str, run: Callable[[Sequence[int]], None]) -> Callable[..., None]:
    def task(delivery_ids: Sequence[int], **_from_newer_code: Any) -> None:
        started, outcome = time.perf_counter(), "done"
        with correlated():
            try:
                run(delivery_ids)
            except Exception as error:  # any error: the outbox retries it
                if len(delivery_ids) > 1 and not is_outage(error):
                    for delivery_id in sorted(delivery_ids):
                        task([delivery_id])
                    return
                outcome = "outage" if is_outage(error) else "failed"
                logger.exception("deliveries %s failed", delivery_ids)
                for delivery_id in delivery_ids:
                    _fail(delivery_id, error)
            TASKS.labels(name, outcome).inc(len(delivery_ids))
            TASK_TIME.labels(name).observe(time.perf_counter() - started)

    return task


def extend_lease(delivery: Delivery, *, by: timedelta = LEASE, **progress: Any) -> None:
    """Extends the delivery's lease; `progress` is stored for the run that repeats it."""
    delivery.lease_until = timezone.now() + by
    delivery.progress = {**delivery.progress, **progress}
    delivery.save(update_fields=["lease_until", "progress"])


def _as_task(function: Callable[..., None], run: Callable[[int], None], queue: str) -> Any:
    name = f"{function.__module__}.{function.__name__}"
    QUEUES[name] = queue
    task = _guarded(name, run)
    functools.update_wrapper(task, function)
    return shared_task(name=name)(task)
