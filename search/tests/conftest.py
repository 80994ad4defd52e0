"""What tests of search ask again and again."""

from collections.abc import Iterator

import pytest

from api.redis import feeds
from search import exploring


@pytest.fixture(autouse=True)
def _redis_is_asked() -> Iterator[None]:
    """A test that loses Redis must not spoil the next one."""
    exploring.redis_breaker.close()
    yield
    exploring.redis_breaker.close()
    feeds.cache_clear()


@pytest.fixture
def refused(settings) -> Iterator[None]:
    """Nobody listens where Redis should be."""
    there = settings.FEEDS_REDIS_URL
    feeds.cache_clear()
    settings.FEEDS_REDIS_URL = "redis://127.0.0.1:1/0"
    yield
    settings.FEEDS_REDIS_URL = there
