"""A post on its way to its author's followers: how long, and how much CPU for each; other shapes beside it."""

import random
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from devtools.bench.feed import feeds
from devtools.bench.feed.contenders import fanout_shapes
from devtools.bench.feed.context import CLIENT, Bench, Values
from devtools.bench.feed.errors import Lost
from devtools.bench.feed.load.http import call
from devtools.bench.feed.measuring import cpu
from devtools.bench.feed.world.spare_photos import spare_photos
from events.models import Delivery, Event
from feed import timelines
from posts.models import Post

Tell = Callable[[str], object]
SHAPE_DATABASE = 14
SHAPE_FOLLOWERS, SHAPE_POSTS = 10_000, 5
LAST_SECONDS = 300.0
CHECKED = 2000  # feeds that are looked at for a lost post, at most
PUSHES = 30_000  # posts are repeated until there were about so many, or MAX_POSTS of them
MAX_POSTS = 40


def measure(bench: Bench, tell: Tell) -> Values:
    """Each star of the world publishes; then each shape pushes to as many."""
    client, stars = bench.redis(), bench.size.stars
    largest = max(stars)
    wait_until_done()
    tell(f"{largest} feeds that take pushes")
    everybody = range(1, largest + 1)
    feeds.copy_to(client, bench.size.dense[0], everybody)
    try:
        found = {}
        for followers, star in stars.items():
            tell(f"a post to {followers} followers")
            found[str(followers)] = published(bench, star, followers)
        tell("an ordinary post while the largest is on its way")
        return {
            "stars": found,
            "beside": beside(bench, largest),
            "shapes": shapes(bench, min(largest, SHAPE_FOLLOWERS), tell),
        }
    finally:
        feeds.forget(client, everybody)
        bench.body = {}


def publish(bench: Bench, author: int, media: int) -> int:
    """The timeline id of a new post. Raises Lost."""
    body = {"media": [str(media)], "caption": f"number {media}"}
    answer = bench.once([call("POST", "/v1/posts", bench.token(author), body, keep_body=True)]).exchanges[0]
    if answer.status != 201:
        raise Lost(f"{answer.status}: {answer.body[:200]!r}")
    return int(Post.objects.order_by("-id").values_list("timeline_id", flat=True).filter(author=author)[0] or 0)


def published(bench: Bench, star: int, followers: int) -> Values:
    """Seconds until the last follower has it, of each post; microseconds of CPU for each follower."""
    count = max(bench.plan.repeat, min(MAX_POSTS, PUSHES // followers))
    photos = spare_photos([star] * count, bench.size.seed)
    idle = idle_cpu(bench, 2.0)
    before, start, seconds, lost = bench.spent(), time.monotonic(), [], 0
    for _, media in photos:
        number = publish(bench, star, media)
        seconds.append(arrival(followers, number))
        lost += len(feeds.lost_by(some_of(followers), number))
    wait_until_done()
    took = time.monotonic() - start
    spent = cpu.between(before, bench.spent())
    return {
        "seconds": seconds,
        "lost": lost,
        "posts": count,
        "microseconds": {
            kind: max(0.0, spent[kind] - idle[kind] * took) * 1e6 / followers / count
            for kind in (cpu.WORKER, cpu.REDIS, cpu.POSTGRES)
        },
    }


def idle_cpu(bench: Bench, seconds: float) -> cpu.Times:
    """CPU a second while nothing is asked."""
    wait_until_done()
    before = bench.spent()
    time.sleep(seconds)
    return {kind: spent / seconds for kind, spent in cpu.between(before, bench.spent()).items()}


def outbox_has_work() -> bool:
    """Whether an event has no deliveries yet, or one of them is not done."""
    return (
        Event.objects.filter(expanded_at__isnull=True).exists()
        or Delivery.objects.filter(done_at__isnull=True, dead_at__isnull=True).exists()
    )


def wait_until_done(seconds: float = 120.0) -> None:
    """Until every event of the outbox has its deliveries, and each is done. Raises Lost."""
    deadline = time.monotonic() + seconds
    while outbox_has_work():
        if time.monotonic() > deadline:
            raise Lost("deliveries are still to be done")
        time.sleep(0.05)


def arrival(followers: int, timeline_id: int) -> float:
    """Seconds from now until the last of each thousand has it. Raises Lost."""
    start = time.monotonic()
    ends = [*range(timelines.PUSHES_AT_ONCE, followers, timelines.PUSHES_AT_ONCE), followers]
    if not feeds.wait_until_on(ends, timeline_id, LAST_SECONDS):
        raise Lost(f"not at the last of {followers} followers after {LAST_SECONDS:.0f} s")
    return time.monotonic() - start


def some_of(followers: int) -> Sequence[int]:
    everybody = range(1, followers + 1)
    return everybody if followers <= CHECKED else random.Random(followers).sample(everybody, CHECKED)


def beside(bench: Bench, largest: int) -> Values:
    """Seconds that ordinary posts, of a hundred followers, take while a star's is being pushed."""
    star, ordinary = bench.size.stars[largest], bench.size.stars[min(bench.size.stars)]
    star_photo, *photos = spare_photos([star] + [ordinary] * 20, bench.size.seed)
    number = publish(bench, star, star_photo[1])
    found: list[float] = []
    for _, media in photos:
        if not any(feeds.lacks(one, number) for one in [largest, *some_of(largest)[:50]]):
            break
        found.append(arrival(min(bench.size.stars), publish(bench, ordinary, media)))
    arrival(largest, number)
    return {"followers": largest, "seconds": found}


def shapes(bench: Bench, followers: int, tell: Tell) -> Values:
    """Microseconds of CPU a follower of the pusher and of Redis, in rounds."""
    client, everybody = bench.redis(SHAPE_DATABASE), range(1, followers + 1)
    tell("feeds in other shapes")
    fanout_shapes.fill(client, everybody)
    found: dict[str, list[Any]] = {}
    try:
        for number in range(bench.plan.repeat):
            found.setdefault("this feed", []).append(pushed(bench, followers, partial(timelines.push, everybody)))
            for name, shape in fanout_shapes.SHAPES.items():
                tell(f"{name}, round {number + 1}")
                found.setdefault(name, []).append(pushed(bench, followers, partial(shape, client, everybody)))
    finally:
        client.flushdb()
    return {"followers": followers, "rounds": found}


def pushed(bench: Bench, followers: int, push: Callable[[int], None]) -> Values:
    before, start = bench.spent(), time.perf_counter()
    for post in range(SHAPE_POSTS):
        push(2**40 + post)
    took, spent = time.perf_counter() - start, cpu.between(before, bench.spent())
    each = 1e6 / followers / SHAPE_POSTS
    return {"pusher": spent[CLIENT] * each, "redis": spent[cpu.REDIS] * each, "wall": took * each}
