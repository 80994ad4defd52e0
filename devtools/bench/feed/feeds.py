"""The precomputed feeds from outside: forget them, copy one to many people, look into them."""

import time
from collections.abc import Iterable, Sequence
from typing import Any

import redis

from accounts.models import User
from feed import actions, timelines

PIPELINE = 2000
WEEK = 7 * 24 * 3600 * 1000  # milliseconds


def keys_of(client: "redis.Redis", number: int) -> list[bytes]:
    """All keys of one person's feed, whatever they hold."""
    return sorted(client.scan_iter(match=f"{timelines.key_of(number)}*", count=100_000))


def forget(client: "redis.Redis", people: Iterable[int]) -> None:
    """The feeds of these people are built again when they are asked for."""
    suffixes = [b"", b":meta"]
    names = [timelines.key_of(number).encode() + suffix for number in people for suffix in suffixes]
    for start in range(0, len(names), PIPELINE):
        client.unlink(*names[start : start + PIPELINE])


def copy_to(client: Any, source: int, people: Sequence[int]) -> None:
    """Gives all these people the feed of `source`, so that each takes pushes."""
    actions.build(user=User(pk=source))
    own = timelines.key_of(source).encode()
    template = {key.removeprefix(own): client.dump(key) for key in keys_of(client, source)}
    for start in range(0, len(people), PIPELINE):
        pipe = client.pipeline(transaction=False)
        for number in people[start : start + PIPELINE]:
            for suffix, value in template.items():
                pipe.restore(timelines.key_of(number).encode() + suffix, WEEK, value, replace=True)
        pipe.execute()


def wait_until_on(people: Iterable[int], timeline_id: int, seconds: float) -> bool:
    """Until the post is on the feed of each of them who has one; False if that takes longer."""
    deadline = time.monotonic() + seconds
    for number in people:
        while lacks(number, timeline_id):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.001)
    return True


def lost_by(people: Iterable[int], timeline_id: int, patience: float = 10.0) -> list[int]:
    """Those whose feeds are complete, but lack the post for all of the seconds of patience.

    A feed that is being built anew meanwhile (the auditor does that) has it when it is there.
    """
    deadline = time.monotonic() + patience
    lacking = list(people)
    while lacking := [number for number in lacking if lacks(number, timeline_id)]:
        if time.monotonic() > deadline:
            break
        time.sleep(0.1)
    return lacking


def lacks(number: int, timeline_id: int) -> bool:
    """Whether there is a feed, and it does not hold the post."""
    timeline = timelines.read(number, keep_alive=False)
    return timeline is not None and timeline_id not in timeline.ids
