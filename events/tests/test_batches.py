"""Tasks that take many deliveries at once: all commit together, and one that fails stops no other."""

from typing import Any

import pytest
from celery import current_app
from django.db import OperationalError
from django.test import override_settings

from events import relay
from events.actions import record
from events.decorators import batch_task
from events.models import Delivery

HEARD: list[list[int]] = []
SUBSCRIPTIONS = {"drop_fell": ["events.tests.test_batches.gather"]}
pytestmark = pytest.mark.django_db


@batch_task()
def gather(*, payloads: list[dict[str, Any]]) -> None:
    numbers = [each["drop"] for each in payloads]
    if 13 in numbers:
        raise ValueError("bad luck")
    if 503 in numbers:
        raise OperationalError("gone")
    HEARD.append(numbers)


@pytest.fixture(autouse=True)
def _wired():
    HEARD.clear()
    with override_settings(EVENTS_SUBSCRIPTIONS="events.tests.test_batches.SUBSCRIPTIONS"):
        yield


def fall(*drops: int) -> list[tuple[str, list[int]]]:
    for drop in drops:
        record("drop_fell", drop=drop)
    relay.expand()
    sent = relay.messages(relay.claim())
    for task, ids in sent:
        relay.task_named(task).run(**relay.arguments_of(task, ids))
    return sent


def test_they_come_together_and_once():
    ((task, ids),) = fall(1, 2, 3)
    relay.task_named(task).run(delivery_ids=ids)
    assert HEARD == [[1, 2, 3]]
    assert Delivery.objects.filter(done_at__isnull=False).count() == 3


@batch_task(most=2)
def gather_few(*, payloads: list[dict[str, Any]]) -> None:
    HEARD.append([each["drop"] for each in payloads])


def test_no_more_than_a_task_takes(monkeypatch):
    monkeypatch.setitem(SUBSCRIPTIONS, "drop_fell", ["events.tests.test_batches.gather_few"])  # what is wired here
    fall(1, 2, 3, 4, 5)
    assert HEARD == [[1, 2], [3, 4], [5]]


def test_a_round_says_whether_there_may_be_more(monkeypatch):
    """Else the relay sleeps: a round costs as much for one event as for many."""
    monkeypatch.setattr(relay, "BATCH", 2)  # 500 would take long
    for drop in (1, 2, 3):
        record("drop_fell", drop=drop)
    assert [relay.pump() for _ in range(3)] == [True, False, False]


def test_tasks_are_looked_for_once(monkeypatch):
    """In every app, which takes Celery milliseconds: for each message that was most of what a post cost."""
    relay.task_named("events.tests.test_batches.gather")
    monkeypatch.setattr(current_app.loader, "import_default_modules", lambda: pytest.fail("again"))
    fall(1)
    relay.pump()


def test_one_that_fails_stops_no_other():
    fall(1, 13, 2)
    assert HEARD == [[1], [2]]
    failed = Delivery.objects.get(done_at=None)
    assert (failed.event.payload, failed.last_error, failed.attempts) == ({"drop": 13}, "ValueError: bad luck", 1)


def test_an_outage_is_waited_for_together():
    fall(1, 503)
    assert HEARD == []
    assert list(Delivery.objects.values_list("attempts", "done_at")) == [(0, None)] * 2


def test_a_broker_that_refuses_gets_them_again(monkeypatch):
    def refuse(*_args: Any, **_kwargs: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr(gather, "apply_async", refuse)  # the broker of the tests is there
    for drop in (1, 2):
        record("drop_fell", drop=drop)
    with pytest.raises(ConnectionError):
        relay.pump()
    assert list(Delivery.objects.values_list("attempts", "done_at")) == [(0, None)] * 2
