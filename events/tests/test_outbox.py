"""The outbox: an event and its cause commit together, a delivery is done once, and nothing is lost on the way."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import redis
from django.db import OperationalError, transaction
from django.test import override_settings
from django.utils import timezone

from api.problems import Problem
from events import decorators, relay
from events.actions import record, try_again
from events.decorators import extend_lease, idempotent_task, transactional_task
from events.models import Delivery, Event
from events.tasks import prune

HEARD: list[Any] = []
OUTAGE: list[Exception] = []
SUBSCRIPTIONS = {
    "lamp_lit": ["events.tests.test_outbox.note"],
    "lamp_broken": ["events.tests.test_outbox.fail"],
    "lamp_slow": ["events.tests.test_outbox.work"],
    "lamp_unknown": ["events.tests.nobody"],
    "lamp_dark": ["events.tests.test_outbox.wait"],
}
pytestmark = pytest.mark.django_db


@transactional_task()
def note(*, lamp: int) -> None:
    HEARD.append(lamp)


@transactional_task()
def fail(*, lamp: int) -> None:
    Event.objects.create(name="half an effect")
    raise ValueError("no bulb")


@idempotent_task(queue="media")
def work(*, delivery: Delivery, lamp: int) -> None:
    HEARD.append((lamp, delivery.progress.get("steps", 0)))
    extend_lease(delivery, steps=delivery.progress.get("steps", 0) + 1)
    if delivery.progress["steps"] == 1:
        raise ConnectionError("the power went")


@transactional_task()
def wait(*, lamp: int) -> None:
    if OUTAGE:
        raise OUTAGE[0]
    HEARD.append(lamp)


@pytest.fixture(autouse=True)
def _wired() -> Iterator[None]:
    HEARD.clear()
    OUTAGE.clear()
    with override_settings(EVENTS_SUBSCRIPTIONS="events.tests.test_outbox.SUBSCRIPTIONS"):
        yield


def deliver() -> list[int]:
    """One round of the relay, with the bell rung by hand."""
    relay.expand()
    due = relay.claim()
    for delivery_id, task in due:
        relay.task_named(task).run(delivery_id=delivery_id)
    return [delivery_id for delivery_id, _ in due]


def due_again() -> None:
    Delivery.objects.update(lease_until=timezone.now() - timedelta(seconds=1))


def test_a_fact_is_known_only_if_its_cause_commits():
    def light() -> None:
        with transaction.atomic():
            record("lamp_lit", lamp=1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        light()
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_fact_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError, match="outside a transaction"):
        record("lamp_lit", lamp=1)


def test_delivered_once_however_often_it_rings():
    record("lamp_lit", lamp=1)
    (delivery_id,) = deliver()
    for _ in range(2):
        relay.task_named("events.tests.test_outbox.note").run(delivery_id=delivery_id)
    assert HEARD == [1]
    due_again()
    assert deliver() == []


def test_a_claimed_delivery_is_nobody_elses_until_its_lease_runs_out():
    record("lamp_lit", lamp=1)
    relay.expand()
    assert len(relay.claim()) == 1
    assert relay.claim() == []
    due_again()  # the worker was killed, or the broker flushed
    deliver()
    assert HEARD == [1]


def test_a_failure_leaves_no_half_effect_and_is_tried_again_later():
    record("lamp_broken", lamp=1)
    deliver()
    delivery = Delivery.objects.get()
    assert delivery.last_error == "ValueError: no bulb"
    assert delivery.done_at is None
    assert delivery.lease_until > timezone.now()
    assert not Event.objects.filter(name="half an effect").exists()


def test_after_twelve_failures_it_is_given_up():
    record("lamp_broken", lamp=1)
    for _ in range(decorators.MAX_ATTEMPTS):
        due_again()
        deliver()
    delivery = Delivery.objects.get()
    assert (delivery.attempts, delivery.dead_at is not None) == (decorators.MAX_ATTEMPTS, True)
    due_again()
    assert deliver() == []


def test_only_what_was_given_up_is_tried_again():
    event = Event.objects.create(name="lamp_lit", payload={"lamp": 1}, expanded_at=timezone.now())
    now = timezone.now()
    moments = {"done": {"done_at": now}, "waiting": {"attempts": 3}, "given up": {"attempts": 12, "dead_at": now}}
    later = now + timedelta(hours=1)
    for task, moment in moments.items():
        Delivery.objects.create(event=event, task=task, lease_until=later, **moment)
    assert try_again(deliveries=Delivery.objects.all()) == 1
    again = Delivery.objects.get(task="given up")
    assert (again.attempts, again.dead_at, again.lease_until < later) == (0, None, True)
    assert set(Delivery.objects.filter(lease_until=later).values_list("task", flat=True)) == {"done", "waiting"}


@pytest.mark.parametrize(
    "error",
    [
        redis.TimeoutError("silent"),
        redis.ResponseError("MISCONF Errors writing to the AOF file: No space left on device"),
        OperationalError("gone"),
        Problem("storage_unavailable"),
    ],
)
def test_an_outage_however_long_is_waited_for_and_its_end_noticed_soon(error):
    record("lamp_dark", lamp=1)
    OUTAGE.append(error)
    for _ in range(decorators.MAX_ATTEMPTS + 2):
        due_again()
        deliver()
    OUTAGE.clear()
    delivery = Delivery.objects.get()
    assert (delivery.attempts, delivery.dead_at) == (0, None)
    assert delivery.lease_until < timezone.now() + timedelta(seconds=30)
    due_again()
    deliver()
    assert HEARD == [1]


def test_a_long_task_goes_on_where_it_was():
    record("lamp_slow", lamp=7)
    deliver()
    due_again()
    deliver()
    assert HEARD == [(7, 0), (7, 1)]
    assert Delivery.objects.get().done_at is not None


class Refusing:
    """A task whose broker is gone."""

    def apply_async(self, **_: Any) -> None:
        raise ConnectionError("refused")


def test_a_broker_that_is_gone_costs_no_attempt(monkeypatch):
    record("lamp_lit", lamp=1)
    relay.expand()
    due = relay.claim()
    # Patched, because the suite's real broker is there; tests/faults/test_faults.py takes a real one away.
    monkeypatch.setattr(relay, "task_named", lambda _: Refusing())
    with pytest.raises(ConnectionError):
        relay.enqueue(due)
    delivery = Delivery.objects.get()
    assert delivery.attempts == 0
    assert delivery.lease_until < timezone.now() + timedelta(seconds=relay.RETRY_RING_SECONDS + 1)


def test_a_task_nobody_has_does_not_stop_the_others():
    record("lamp_unknown")
    record("lamp_lit", lamp=1)
    relay.expand()
    assert relay.enqueue(relay.claim()) == 2


def test_old_facts_are_pruned_and_waiting_ones_kept():
    for name in ("lamp_lit", "lamp_broken"):
        record(name, lamp=1)
    deliver()
    Event.objects.update(recorded_at=timezone.now() - timedelta(days=8))
    prune()
    assert [event.name for event in Event.objects.all()] == ["lamp_broken"]
