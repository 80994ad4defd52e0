"""What several tests of this app need."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now

from media.models import Media
from stories.models import Story
from tests.support.outbox import settle_media


@pytest.fixture
def settle() -> Callable[[Media], None]:
    """What the workers do when a media became ready: the event's delivery to this app, enqueued once."""

    def run(media: Media) -> None:
        settle_media(media, task="stories.tasks.publish_when_ready")

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
