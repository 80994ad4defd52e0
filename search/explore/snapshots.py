"""The lists of explore in Redis: ids in order, each list under its version, the moment it was computed.

A cursor names the version it pages through, so a list stays for a day after newer ones have come. Every call may raise
`redis.RedisError`.
"""

from dataclasses import dataclass

from api.redis import feeds

KEPT_SECONDS = 24 * 3600
CURRENT = "{explore}:current"  # the braces keep all keys in one slot of a cluster


@dataclass(frozen=True)
class Snapshot:
    """`version` is the moment in whole seconds since 1970."""

    version: int
    ids: list[int]


def read(version: int | None = None) -> Snapshot | None:
    """The list of this version, or the newest; None if it is not there."""
    if version is None:
        version = int(feeds().get(CURRENT) or 0)
    ids = [int(number) for number in feeds().lrange(_key(version), 0, -1)]
    return Snapshot(version, ids) if ids else None


def write(snapshot: Snapshot) -> None:
    """Makes it the newest; repeated, it is the same list."""
    pipe = feeds().pipeline(transaction=True)
    pipe.delete(_key(snapshot.version))
    if snapshot.ids:
        pipe.rpush(_key(snapshot.version), *snapshot.ids)
        pipe.expire(_key(snapshot.version), KEPT_SECONDS)
    pipe.set(CURRENT, snapshot.version, ex=KEPT_SECONDS)
    pipe.execute()


def _key(version: int) -> str:
    return f"{{explore}}:{version}"
