"""How far the loading of the demo world is, for the front page. In the cache, so that a killed load is forgotten."""

from typing import NamedTuple

from django.core.cache import cache

_KEY = "demo-progress"
KEPT_SECONDS = 600  # longer than any one step takes on a slow machine


class Progress(NamedTuple):
    """Steps that are done, of how many."""

    done: int
    total: int


def note(progress: Progress) -> None:
    cache.set(_KEY, tuple(progress), KEPT_SECONDS)


def note_end() -> None:
    cache.delete(_KEY)


def current() -> Progress | None:
    """None while nothing is being loaded, or nobody can say."""
    found = cache.get(_KEY)
    return Progress(*found) if found else None
