"""Fan-out in the shapes that other services use, on lists of our own in another database of the same Redis.

Each pushes one id to the feeds of so many followers. Followers' ids are at hand: only the pushing is compared.
"""

from collections.abc import Callable, Sequence

import redis

KEEP = 100
BATCH = 1000
Shape = Callable[["redis.Redis", Sequence[int], int], None]


def batches(followers: Sequence[int]) -> list[Sequence[int]]:
    return [followers[start : start + BATCH] for start in range(0, len(followers), BATCH)]


def sorted_set_each(client: "redis.Redis", followers: Sequence[int], number: int) -> None:
    """A sorted set a feed, a round trip for each follower: ZADD, and a cut every fiftieth time."""
    for follower in followers:
        client.zadd(f"zset:{follower}", {str(number): number})
        if follower % 50 == 0:
            client.zremrangebyrank(f"zset:{follower}", 0, -KEEP - 1)


def sorted_set(client: "redis.Redis", followers: Sequence[int], number: int) -> None:
    """The same in pipelines, cut every time."""
    for batch in batches(followers):
        pipe = client.pipeline(transaction=False)
        for follower in batch:
            pipe.zadd(f"zset:{follower}", {str(number): number})
            pipe.zremrangebyrank(f"zset:{follower}", 0, -KEEP - 1)
        pipe.execute()


def sorted_set_transaction(client: "redis.Redis", followers: Sequence[int], number: int) -> None:
    """All followers in one MULTI/EXEC."""
    pipe = client.pipeline(transaction=True)
    for follower in followers:
        pipe.zadd(f"zset:{follower}", {str(number): number})
        pipe.zremrangebyrank(f"zset:{follower}", 0, -KEEP - 1)
    pipe.execute()


def list_cut_each(client: "redis.Redis", followers: Sequence[int], number: int) -> None:
    """A list a feed, in pipelines: LPUSH and LTRIM."""
    for batch in batches(followers):
        pipe = client.pipeline(transaction=False)
        for follower in batch:
            pipe.lpush(f"list:{follower}", number)
            pipe.ltrim(f"list:{follower}", 0, KEEP - 1)
        pipe.execute()


SHAPES: dict[str, Shape] = {
    "ZSET, a round trip each": sorted_set_each,
    "ZSET, pipelines": sorted_set,
    "ZSET, one transaction": sorted_set_transaction,
    "LIST, pipelines, cut each time": list_cut_each,
}


def fill(client: "redis.Redis", followers: Sequence[int]) -> None:
    """Full feeds in both shapes."""
    for batch in batches(followers):
        pipe = client.pipeline(transaction=False)
        for follower in batch:
            pipe.zadd(f"zset:{follower}", {str(number): number for number in range(KEEP)})
            pipe.rpush(f"list:{follower}", *range(KEEP))
        pipe.execute()
