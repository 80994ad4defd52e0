"""Bytes of a feed over its entries, beside a sorted set of as many; and what the processes hold."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from devtools.bench.feed import feeds
from devtools.bench.feed.context import FEED, Bench, Values
from devtools.bench.feed.parts.fanout import SHAPE_DATABASE
from feed import timelines

Tell = Callable[[str], object]
ENTRIES = (1, 10, 50, 100, 128, 129, 150, 160)
NOBODY = 10**12  # user ids from here on belong to nobody
MANY = 2000
FIRST_ID = 1 << 58


def measure(bench: Bench, tell: Tell) -> Values:
    tell("memory of feeds")
    client = bench.redis()
    curve = {}
    for count in ENTRIES:
        make(NOBODY, count)
        curve[str(count)] = {
            "feed": sum(client.memory_usage(key, samples=0) or 0 for key in feeds.keys_of(client, NOBODY)),
            "sorted set": sorted_set(bench.redis(SHAPE_DATABASE), count),
        }
        feeds.forget(client, [NOBODY])
    tell("memory of processes")
    return {"curve": curve, "feed": of_many(client), "processes": processes(bench)}


def make(number: int, count: int) -> None:
    """A complete feed of so many entries; what is more than a build keeps is pushed."""
    token = timelines.begin(number)
    assert token is not None
    timelines.complete(number, token, [FIRST_ID + place for place in range(min(count, 128))], by="bench")
    for place in range(128, count):
        timelines.push([number], FIRST_ID + place)


def of_many(client: Any) -> float:
    """Bytes that Redis takes for one of many feeds of 100, all in all."""
    people = range(NOBODY, NOBODY + MANY)
    before = client.info("memory")["used_memory"]
    for number in people:
        make(number, 100)
    after = client.info("memory")["used_memory"]
    feeds.forget(client, people)
    return float(after - before) / MANY


def sorted_set(client: Any, count: int) -> int:
    """Bytes of a sorted set of as many ids, scored by themselves."""
    client.zadd("measured", {str(FIRST_ID + place): place for place in range(count)})
    size = client.memory_usage("measured", samples=0)
    client.delete("measured")
    return int(size)


def processes(bench: Bench) -> Values:
    """Megabytes (proportional set size) of the web processes after everybody's feed was read, and of the workers."""
    bench.once(bench.gets(bench.ordinary, FEED), connections=8)
    found = {name: [megabytes(pid) for pid in bench.stack.pids(name)] for name in ("api", "worker", "valkey")}
    return {name: [size for size in sizes if size] for name, sizes in found.items()}


def megabytes(pid: int) -> float:
    """0 for a process that is gone, or hidden."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)
