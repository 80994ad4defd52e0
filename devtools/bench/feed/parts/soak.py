"""The estimate's load for minutes, with faults, and an audit at the end."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection

from devtools.bench.feed.context import FEED, Bench, Values
from devtools.bench.feed.load.http import Call
from devtools.bench.feed.load.loop import Exchange, run_open
from devtools.bench.feed.measuring import cpu
from devtools.bench.feed.measuring.percentiles import percentile
from devtools.bench.feed.parts.feed import prepare
from devtools.bench.feed.soak.audit import audit, drain
from devtools.bench.feed.soak.faults import FAULT_SECONDS, Faults
from devtools.bench.feed.soak.ledger import Ledger
from devtools.bench.feed.soak.mix import FEED_READ, Mix, Rates
from devtools.bench.feed.soak.probes import PROBE, Findings

Tell = Callable[[str], object]
CONNECTIONS = 64
STEPS = (1.0, 0.75, 0.55, 0.4, 0.3, 0.2, 0.1, 0.05)  # of the estimate's load
TRIAL_SECONDS = 15.0  # at most; a sixth of a short soak
MAX_P99 = 1.0  # seconds of a feed, or the load was not held
MAX_FAILED = 0.001


def measure(bench: Bench, tell: Tell) -> Values:
    """First the share of the load that is held, then the minutes with faults."""
    prepare(bench)
    ledger, findings = Ledger(), Findings()
    mix = Mix(bench, ledger, findings, f"soak-{int(time.time())}")
    scale, trials = held(bench, mix, tell)
    seconds = bench.plan.soak_minutes * 60
    rates = Rates().times(scale)
    tell(f"soak: {rates.feeds:.0f} feeds/s")
    found = soaked(bench, mix, rates, seconds)
    tell("soak: waiting for the outbox")
    drained = drain()
    tell("soak: audit")
    connection.close()
    bench.body = {}
    return {
        "scale": scale,
        "trials": trials,
        "minutes": bench.plan.soak_minutes,
        "rates": vars(rates),
        **found,
        "drain_seconds": drained,
        "probes": findings.looks,
        "seen by probes": findings.seen,
        "refused": sum(one.is_refused for one in ledger.switches),
        "leaks": findings.leaks[:20],
        "audit": audit(bench, ledger),
    }


def held(bench: Bench, mix: Mix, tell: Tell) -> tuple[float, list[Values]]:
    """The largest step at which feeds are answered in time, and what was tried; the smallest if none is.

    Steps with more feeds than a closed loop gets are not tried.
    """
    trials: list[Values] = []
    most = bench.load(bench.gets(bench.ordinary, FEED), connections=8).per_second / Rates().feeds
    for scale in [step for step in STEPS if step <= most] or STEPS[-1:]:
        rates = Rates().times(scale)
        tell(f"trial: {rates.feeds:.0f} feeds/s")
        found = driven(bench, mix, rates, min(TRIAL_SECONDS, bench.plan.soak_minutes * 10))
        trials.append({"scale": scale, **found})
        drain()
        if found["feed"]["p99"] <= MAX_P99 * 1000 and found["failed"] <= MAX_FAILED * found["count"]:
            break
    return scale, trials


def soaked(bench: Bench, mix: Mix, rates: Rates, seconds: float) -> Values:
    faults = Faults(bench, seconds)
    found = driven(bench, mix, rates, seconds, faults)
    finish(bench, mix)
    return {**found, "faults": faults.done, "fault_seconds": FAULT_SECONDS}


def driven(bench: Bench, mix: Mix, rates: Rates, seconds: float, faults: Faults | None = None) -> Values:
    """One run of the mix: latencies by sort, statuses, CPU; with `faults`, probes run along."""
    done: dict[str, list[float]] = defaultdict(list)
    statuses, by_themselves = Counter[str](), Counter[str]()

    def heard(answer: Exchange) -> None:
        statuses[f"{answer.call.name} {answer.status}"] += 1
        if 200 <= answer.status < 400 or answer.call.name == PROBE:
            done[answer.call.name].append(answer.latency * 1000)
        elif faults is None or not faults.is_recent(answer.ended - mix.start):
            by_themselves[answer.call.name] += 1
        mix.heard(answer)

    mix.plan(rates, seconds)
    if faults:
        mix.begin_probes()
    meter, start = cpu.Meter(bench.spent), time.perf_counter()
    run_open(bench.stack.address, ticking(mix, faults, meter), limit=CONNECTIONS, note=heard, seconds=seconds)
    took, spent = time.perf_counter() - start, meter.add()
    return {
        "count": sum(statuses.values()),
        "failed": sum(statuses.values()) - sum(map(len, done.values())),
        "failed_by_themselves": by_themselves.total(),
        "feeds_per_second": len(done[FEED_READ]) / took,
        "feed": latencies(done[FEED_READ]),
        "sorts": {name: {**latencies(times), "per_second": len(times) / took} for name, times in done.items()},
        "statuses": dict(statuses),
        "cores": {kind: used / took for kind, used in spent.items()},
    }


def latencies(times: list[float]) -> Values:
    """Milliseconds."""
    return {name: percentile(times, share) for name, share in (("p50", 0.5), ("p99", 0.99), ("max", 1.0))}


def ticking(mix: Mix, faults: Faults | None, meter: cpu.Meter) -> Iterator[tuple[float, Call]]:
    """The mix's calls; lets faults happen between them."""
    for moment, one in mix:
        meter.pass_time()
        if faults:
            faults.pass_time(time.perf_counter() - mix.start)
        yield moment, one


def finish(bench: Bench, mix: Mix, seconds: float = 60.0) -> None:
    """What was not answered well yet, until it is."""
    mix.ended = True
    deadline = time.perf_counter() + seconds
    while mix.due and time.perf_counter() < deadline:
        since = time.perf_counter() - mix.start  # their moments count from the beginning, `run_open`'s from now
        left: Any = iter([(max(0.0, moment - since), one) for moment, one in mix])
        run_open(bench.stack.address, left, limit=4, note=mix.heard, seconds=float("inf"))
