"""Raw Redis for the bytes of a feed: ids by LRANGE, then a body for each by MGET, and nothing else."""

import time
from dataclasses import dataclass
from typing import Any

import redis

POSTS = 100


@dataclass(frozen=True)
class Read:
    """Reads, and the seconds that they took."""

    count: int
    seconds: float
    client_cpu: float


def fill(client: "redis.Redis", body: bytes) -> None:
    """One feed whose bodies add up to `body`."""
    size = len(body) // POSTS
    client.delete("raw:feed")
    client.rpush("raw:feed", *range(POSTS))
    for number in range(POSTS):
        client.set(f"raw:{number}", body[number * size : (number + 1) * size])


def read(client: "redis.Redis", seconds: float) -> Read:
    """As many feeds as one client gets in so many seconds."""
    start, cpu = time.perf_counter(), time.process_time()
    count = 0
    while time.perf_counter() - start < seconds:
        ids: Any = client.lrange("raw:feed", 0, -1)
        client.mget([b"raw:" + number for number in ids])
        count += 1
    return Read(count, time.perf_counter() - start, time.process_time() - cpu)
