"""What things cost over sizes, and beside other ways, as tables."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from devtools.bench.feed.measuring import cpu
from devtools.bench.feed.measuring.percentiles import number, ratios, slope, spread
from devtools.bench.feed.reporting.rows import Parts, of_rounds

CONTENDERS = {
    "feed": "this feed, dense viewers",
    "sparse": "this feed, sparse viewers",
    "ordinary": "this feed, ordinary people",
    "nothing": "a do-nothing DRF view, the same bytes",
    "plain": "precomputed ids, ORM, nested serializers",
    "pull": "a pull by the ORM, dense viewers",
    "pull sparse": "a pull by the ORM, sparse viewers",
}


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = [f"| {' | '.join(head)} |", "|---" + "|--:" * (len(head) - 1) + "|"]
    return lines + [f"| {' | '.join(row)} |" for row in rows]


def contenders(parts: Parts) -> list[str]:
    """One client: as multiples of the feed's p50 and CPU, of the same round."""
    rounds = parts["one client"]["rounds"]
    rows = []
    for name, what in CONTENDERS.items():
        kinds = [
            number(spread(of_rounds(rounds, name, "cpu", kind)).median) for kind in cpu.KINDS if kind != cpu.WORKER
        ]
        rows.append(
            [
                what,
                *(number(spread(of_rounds(rounds, name, key)).median) for key in ("p50", "p99")),
                str(ratios(of_rounds(rounds, name, "server_cpu"), of_rounds(rounds, "feed", "server_cpu"))),
                *kinds,
            ]
        )
    head = ["one client", "p50, ms", "p99, ms", "CPU, × the feed's", "web, ms", "Redis, ms", "PostgreSQL, ms"]
    return table(head, rows)


def rates(parts: Parts) -> list[str]:
    """Eight clients, and raw Redis."""
    rounds = parts["many clients"]["rounds"]
    rows = []
    for name, what in {**CONTENDERS, "dense": CONTENDERS["feed"], "feed": CONTENDERS["ordinary"]}.items():
        if name in rounds[0]:
            kinds = [
                number(spread(of_rounds(rounds, name, "cpu", kind)).median)
                for kind in (cpu.WEB, cpu.REDIS, cpu.POSTGRES, "client")
            ]
            both = (of_rounds(rounds, name, "per_second"), of_rounds(rounds, "nothing", "per_second"))
            rows.append([what, str(spread(both[0])), str(ratios(*both)), *kinds])
    redis = (of_rounds(rounds, "redis", "per_second"), of_rounds(rounds, "nothing", "per_second"))
    used = [number(spread(of_rounds(rounds, "redis", key)).median) for key in ("redis_cpu", "client_cpu")]
    rows.append(
        [
            "raw Redis: LRANGE and MGET, one client",
            str(spread(redis[0])),
            str(ratios(*redis)),
            "–",
            used[0],
            "–",
            used[1],
        ]
    )
    head = [
        "eight clients",
        "a second",
        "× the do-nothing view",
        "web, ms",
        "Redis, ms",
        "PostgreSQL, ms",
        "client, ms",
    ]
    return table(head, rows)


def by_the_clock(parts: Parts) -> list[str]:
    rows = [
        [rate, number(one["reached"]), *(number(one[key]) for key in ("p50", "p99", "p999")), str(one["failed"])]
        for rate, one in parts["by the clock"]["rates"].items()
    ]
    return table(["feeds a second, due", "answered", "p50, ms", "p99, ms", "p99.9, ms", "failed"], rows)


def fanout(parts: Parts) -> list[str]:
    rows = [
        [
            f"{int(count):,}",
            str(one["posts"]),
            *(number(one["microseconds"][kind]) for kind in (cpu.WORKER, cpu.REDIS, cpu.POSTGRES)),
            str(spread(one["seconds"])),
            str(one["lost"]),
        ]
        for count, one in parts["fan-out"]["stars"].items()
    ]
    return table(
        [
            "followers",
            "posts",
            "worker, µs each",
            "Redis, µs each",
            "PostgreSQL, µs each",
            "the last has it, s",
            "lost",
        ],
        rows,
    )


def shapes(parts: Parts) -> list[str]:
    found = parts["fan-out"]["shapes"]
    ours = found["rounds"]["this feed"]
    rows = []
    for name, rounds in found["rounds"].items():
        total = [one["pusher"] + one["redis"] for one in rounds]
        rows.append(
            [name, *(str(spread(of_rounds(rounds, key))) for key in ("pusher", "redis")),
             str(ratios(total, [one["pusher"] + one["redis"] for one in ours]))]
        )  # fmt: skip
    return table(
        [f"pushing to {found['followers']:,} full feeds", "pusher, µs each", "Redis, µs each", "both, × ours"], rows
    )


def follows(parts: Parts) -> list[str]:
    found = parts["follows"]["follows"]
    rows, points = [], []
    for count, rounds in found.items():
        used = spread(of_rounds(rounds, "warm", "server_cpu"))
        points.append((float(count), used.median))
        warm, rebuilt = (spread(of_rounds(rounds, key, "p50")) for key in ("warm", "rebuilt"))
        rows.append([f"{int(count):,}", str(used), str(warm), str(rebuilt)])
    rows.append(["slope, log-log", number(slope(points)), "", ""])
    return table(["follows", "warm, CPU ms", "warm, p50 ms", "rebuilt, p50 ms"], rows)


def pulled(parts: Parts) -> list[str]:
    found = parts["follows"]["pulled"]
    rows = [
        [count, *(str(spread(of_rounds(rounds, key))) for key in ("server_cpu", "p50"))]
        for count, rounds in found.items()
    ]
    return table(["of 200 followees are pulled", "CPU, ms", "p50, ms"], rows)


def memory(parts: Parts) -> list[str]:
    rows = [[count, number(one["feed"]), number(one["sorted set"])] for count, one in parts["memory"]["curve"].items()]
    return table(["entries", "a feed, bytes", "a sorted set, bytes"], rows)


def worlds(results: Sequence[Path]) -> list[list[Any]]:
    """[people, posts, p50, p99, server's CPU, p50 of nothing] of each world whose one-client part was measured."""
    found = []
    for path in results:
        known = json.loads(path.read_text())
        if "one client" in known["parts"]:
            rounds = known["parts"]["one client"]["rounds"]
            numbers = [spread(of_rounds(rounds, "feed", key)).median for key in ("p50", "p99", "server_cpu")]
            against = spread(of_rounds(rounds, "nothing", "server_cpu")).median
            found.append([known["about"]["people"], known["about"]["posts"], *numbers, against])
    return sorted(found)


def over_worlds(results: Sequence[Path]) -> list[str]:
    rows = [
        [f"{people:,}", f"{posts:,}", number(p50), number(p99), number(used), number(used / against)]
        for people, posts, p50, p99, used, against in worlds(results)
    ]
    return table(["people", "posts", "p50, ms", "p99, ms", "CPU, ms", "CPU, × the do-nothing view's"], rows)
