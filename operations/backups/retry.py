"""Retry with backoff, so that one time-out of the storage does not end a copy of a million objects."""

import time
from collections.abc import Callable
from typing import TypeVar

from media.stores.interface import Missing, Unavailable

T = TypeVar("T")
WAITS_SECONDS = (1, 2, 4, 8)


def retry_with_backoff(step: Callable[[], T]) -> T:
    """The step's result. It is tried again for a quarter of a minute while the storage is `Unavailable`.

    What is `Missing` stays so, and is raised at once.
    """
    for seconds in WAITS_SECONDS:
        try:
            return step()
        except Missing:
            raise
        except Unavailable:
            time.sleep(seconds)
    return step()
