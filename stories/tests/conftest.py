"""What several tests of this room need."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections, transaction
from django.db.models.functions import Now

from events.actions import record
from events.models import Delivery
from events.relay import expand
from media.models import Media
from stories import tasks
from stories.models import Story


@pytest.fixture
def at_once() -> Callable[[list[Callable[[], Any]]], list[Any]]:
    """Runs calls at the same time, each on its own connection; gives their results, raises what they raise."""

    def run(calls: list[Callable[[], Any]]) -> list[Any]:
        def one(call: Callable[[], Any]) -> Any:
            try:
                return call()
            finally:
                connections.close_all()

        with ThreadPoolExecutor(len(calls)) as pool:
            return [future.result(60) for future in [pool.submit(one, call) for call in calls]]

    return run


@pytest.fixture
def settle() -> Callable[[Media], None]:
    """What the workers do when a media became ready: the fact's delivery to this room, rung once."""

    def run(media: Media) -> None:
        Media.objects.filter(pk=media.pk).update(state=Media.State.READY)
        with transaction.atomic():
            record("media_ready", media_id=media.pk)
        expand()
        due = Delivery.objects.filter(task="stories.tasks.media_settled", done_at__isnull=True).order_by("-pk")
        delivery = due.first()
        assert delivery is not None, "the wiring does not tell stories of ready media"
        tasks.media_settled.run(delivery_id=delivery.pk)
        delivery.refresh_from_db()
        assert delivery.done_at, delivery.last_error

    return run


@pytest.fixture
def second_before() -> Callable[[Story, Callable[[], Any]], Any]:
    """`second_before(story, ask)`: the answer of `ask`, called within the last second of the story.

    The clock is not stopped; the row is moved to it. A machine that needed the whole second is asked again.
    """

    def run(story: Story, ask: Callable[[], Any]) -> Any:
        for _ in range(10):
            began = time.monotonic()
            Story.objects.filter(pk=story.pk).update(expires_at=Now() + timedelta(seconds=1))
            answer = ask()
            if time.monotonic() - began < 0.95:
                return answer
        raise AssertionError("never answered within a second")

    return run


@pytest.fixture
def second_after() -> Callable[[Story, Callable[[], Any]], Any]:
    """The answer of `ask`, called a second after the story's end."""

    def run(story: Story, ask: Callable[[], Any]) -> Any:
        Story.objects.filter(pk=story.pk).update(expires_at=Now() - timedelta(seconds=1))
        return ask()

    return run
