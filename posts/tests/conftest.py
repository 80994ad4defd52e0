"""What several tests of this room need."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections, transaction

from events.actions import record
from events.models import Delivery
from events.relay import expand
from media.models import Media
from posts import tasks


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
        due = Delivery.objects.filter(task="posts.tasks.media_settled", done_at__isnull=True).order_by("-pk")
        delivery = due.first()
        assert delivery is not None, "the wiring does not tell posts of ready media"
        tasks.media_settled.run(delivery_id=delivery.pk)
        delivery.refresh_from_db()
        assert delivery.done_at, delivery.last_error

    return run
