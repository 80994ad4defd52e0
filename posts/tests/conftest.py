"""What several tests of this app need."""

from collections.abc import Callable

import pytest

from media.models import Media
from tests.support.outbox import settle_media


@pytest.fixture
def settle() -> Callable[[Media], None]:
    """What the workers do when a media became ready: the event's delivery to this app, enqueued once."""

    def run(media: Media) -> None:
        settle_media(media, task="posts.tasks.publish_when_ready")

    return run
