"""Whether the servers beside PostgreSQL answer, asked at each scrape: all at once, for at most three seconds."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait

from api import redis as redis_roles
from media.stores import layout
from pystagram.celery import app as celery_app

PROBE_SECONDS = 3
_threads = ThreadPoolExecutor(6, thread_name_prefix="probe")  # a silent server keeps its thread a little longer


def _redis() -> None:
    redis_roles.feeds().ping()
    redis_roles.counters().ping()


def _broker() -> None:
    with celery_app.connection_for_write() as connection:
        connection.ensure_connection(max_retries=0, timeout=2)


def _storage() -> None:
    layout.store().probe()


PROBES: dict[str, Callable[[], None]] = {"redis": _redis, "broker": _broker, "storage": _storage}


def answering() -> dict[str, bool]:
    """Which of them answer, by name."""
    asked = {name: _threads.submit(probe) for name, probe in PROBES.items()}
    wait(asked.values(), PROBE_SECONDS)
    return {name: future.done() and future.exception() is None for name, future in asked.items()}
