"""Redis after a test that has lost it."""

from collections.abc import Iterator
from contextlib import contextmanager

from api.load_shedding import CircuitBreaker
from api.redis import feeds


@contextmanager
def asked_again(breaker: CircuitBreaker) -> Iterator[None]:
    """Before and after the block Redis is asked: what one test has lost must not spoil the next."""
    breaker.close()
    yield
    breaker.close()
    feeds.cache_clear()
