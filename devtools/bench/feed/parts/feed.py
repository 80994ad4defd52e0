"""The feed beside its contenders, one after the other in each round: one client, then many, then by the clock."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

from devtools.bench.feed.contenders import raw_redis
from devtools.bench.feed.contenders.views import BODY_FILE
from devtools.bench.feed.context import FEED, Bench, Values
from devtools.bench.feed.errors import Unanswered
from devtools.bench.feed.load.arrivals import poisson
from devtools.bench.feed.load.http import Call
from devtools.bench.feed.load.loop import Exchange, run_open
from devtools.bench.feed.measuring import cpu
from devtools.bench.feed.measuring.percentiles import percentile

CONTENDER_DATABASE = 15
CONNECTIONS = 8
OPEN_LIMIT = 64
SHARES = (0.25, 0.5, 0.75, 0.9)  # of what a closed loop reached
ESTIMATE = 580  # feeds a second, the peak
Tell = Callable[[str], object]


def prepare(bench: Bench) -> None:
    """Everybody's feed built and read again, and the bytes of one written down for the contenders that only send bytes.

    Twice, by as many connections as are measured: at first statements are planned and cards rendered or fetched.

    Does nothing if that was done in this run, unless a part has forgotten feeds since.
    """
    if bench.body:
        return
    everybody = [*bench.size.dense, *bench.size.sparse, *bench.ordinary]
    bench.once(bench.gets(everybody, FEED), connections=2)
    bench.once(bench.gets(everybody, FEED), CONNECTIONS)
    answer = bench.once([bench.get(bench.size.dense[0], FEED, keep_body=True)]).exchanges[0]
    if answer.status != 200:
        raise Unanswered(f"{FEED}: {answer.status} {answer.body[:300]!r}; see {bench.stack.folder}/log/api.log")
    (bench.stack.folder / BODY_FILE).write_bytes(answer.body)
    raw_redis.fill(bench.redis(CONTENDER_DATABASE), answer.body)
    bench.body = {"bytes": len(answer.body), "posts": len(json.loads(answer.body)["results"])}


def contenders(bench: Bench, *, dense: bool = False) -> dict[str, list[Call]]:
    """The same people ask each of them."""
    people = bench.size.dense if dense else bench.ordinary
    return {
        "feed": bench.gets(people, FEED),
        "nothing": bench.gets(people, "/bench/nothing"),
        "plain": bench.gets(people, "/bench/plain"),
    }


def one_client(bench: Bench, tell: Tell) -> Values:
    """Latency and CPU of one client that asks again when it has the answer."""
    size = bench.size
    calls = {
        **contenders(bench, dense=True),
        "sparse": bench.gets(size.sparse, FEED),
        "ordinary": bench.gets(bench.ordinary, FEED),
        "pull": bench.gets(size.dense, "/bench/pull"),
        "pull sparse": bench.gets(size.sparse, "/bench/pull"),
    }
    prepare(bench)
    for some in calls.values():
        bench.once(some[:4])
    rounds: list[Values] = []
    for number in range(bench.plan.repeat):
        tell(f"one client, round {number + 1}")
        rounds.append({name: bench.load(some).as_json() for name, some in calls.items()})
    return {"rounds": rounds, "body": bench.body}


def many_clients(bench: Bench, tell: Tell) -> Values:
    """Feeds a second of eight clients, beside the contenders and raw Redis."""
    prepare(bench)
    calls = {**contenders(bench), "dense": bench.gets(bench.size.dense, FEED)}
    rounds: list[Values] = []
    for number in range(bench.plan.repeat):
        tell(f"{CONNECTIONS} clients, round {number + 1}")
        one = {name: bench.load(some, connections=CONNECTIONS).as_json() for name, some in calls.items()}
        rounds.append({**one, "redis": raw(bench)})
    return {"rounds": rounds, "body": bench.body}


def raw(bench: Bench) -> Values:
    """Raw Redis for the same bytes: one client of it, in this process."""
    before = bench.spent()
    found = raw_redis.read(bench.redis(CONTENDER_DATABASE), bench.plan.seconds)
    spent = cpu.between(before, bench.spent())
    return {
        "per_second": found.count / found.seconds,
        "client_cpu": found.client_cpu * 1000 / found.count,
        "redis_cpu": spent[cpu.REDIS] * 1000 / found.count,
    }


def by_the_clock(bench: Bench, tell: Tell) -> Values:
    """An open loop: ordinary people's feeds at set rates; a call's latency counts from when it was due."""
    prepare(bench)
    calls = bench.gets(bench.ordinary, FEED)
    most = bench.load(calls, connections=CONNECTIONS).per_second
    rates = sorted({*(round(most * share) for share in SHARES), *([ESTIMATE] if most > ESTIMATE else [])})
    found: Values = {"closed": most, "rates": {}}
    for rate in rates:
        tell(f"{rate} feeds a second by the clock")
        found["rates"][str(rate)] = opened(bench, calls, rate)
    return found


def opened(bench: Bench, calls: list[Call], rate: float) -> Values:
    """Poisson arrivals for twice the time of a closed loop."""
    seconds, done = bench.plan.seconds * 2, list[Exchange]()
    cycle = iterate(calls)
    before, start = bench.spent(), time.perf_counter()
    arrivals = poisson({lambda: next(cycle): rate}, bench.size.seed)
    run_open(bench.stack.address, arrivals, limit=OPEN_LIMIT, note=done.append, seconds=seconds)
    took, spent = time.perf_counter() - start, cpu.between(before, bench.spent())
    good = [one for one in done if one.status == 200]
    return {
        "reached": len(good) / took,
        "failed": len(done) - len(good),
        **{f"p{name}": percentile((one.latency for one in good), share) * 1000 for name, share in _SHARES.items()},
        "cpu": {kind: seconds * 1000 / max(1, len(good)) for kind, seconds in spent.items()},
    }


_SHARES = {"50": 0.5, "99": 0.99, "999": 0.999}


def iterate(calls: list[Call]) -> Iterator[Any]:
    while True:
        yield from calls
