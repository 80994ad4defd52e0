"""Connections to Redis by role. Every timeout is set on purpose: a silent server must not hold a request."""

from functools import cache

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

CONNECT_SECONDS = 0.25
ANSWER_SECONDS = 0.5


def _connect(url: str, answer_seconds: float) -> redis.Redis:
    return redis.Redis.from_url(
        url,
        socket_connect_timeout=CONNECT_SECONDS,
        socket_timeout=answer_seconds,
        # Once more if the server had closed the connection; not if it is silent, which would only double the wait.
        retry=Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,)),
        health_check_interval=30,
    )


@cache
def feeds() -> redis.Redis:
    """The feeds' server."""
    return _connect(settings.FEEDS_REDIS_URL, ANSWER_SECONDS)


@cache
def counters() -> redis.Redis:
    """The server of rate limits and other things that may be flushed."""
    return _connect(settings.REDIS_URL, ANSWER_SECONDS)
