"""The table of targets: a row for each, filled from the parts that were measured."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from devtools.bench.feed.measuring import cpu
from devtools.bench.feed.measuring.percentiles import Spread, number, ratios, slope, spread

Parts = dict[str, Any]
POSTS_OF_PEER = 45_000  # a second, GoToSocial from its memory on two cores
MET, MISSED, UNKNOWN = "✓", "✗", "–"


@dataclass(frozen=True)
class Row:
    """`met` is None where nothing was measured."""

    what: str
    target: str
    measured: str
    met: bool | None
    how: str

    def line(self) -> str:
        mark = UNKNOWN if self.met is None else MET if self.met else MISSED
        return f"| {self.what} | {self.target} | {mark} {self.measured} | {self.how} |"


def of_rounds(rounds: Iterable[Any], *path: str) -> list[float]:
    """One number of every round."""
    found = []
    for one in rounds:
        for name in path:
            one = one[name]
        found.append(float(one))
    return found


def below(values: Spread, limit: float) -> bool:
    return values.median <= limit


# -- reading the feed --------------------------------------------------------------------------------


def one_client(parts: Parts) -> list[Row]:
    rounds = parts["one client"]["rounds"]
    p99_of_nothing = spread(of_rounds(rounds, "nothing", "p99"))
    rows = []
    for name, what in (("feed", "dense"), ("sparse", "sparse")):
        p50, p99 = (spread(of_rounds(rounds, name, key)) for key in ("p50", "p99"))
        above = p99.median - p99_of_nothing.median
        rows.append(
            Row(
                f"feed of 100, one client, {what} viewers",
                "p50 ≤ 4 ms, p99 ≤ 10 ms above the do-nothing view's",
                f"p50 {p50} ms, p99 {p99} ms, {number(above)} above {number(p99_of_nothing.median)}",
                below(p50, 4) and above <= 10,
                f"closed loop, {len(rounds)} rounds beside the contenders, twenty viewers in turn",
            )
        )
    return rows


def after_restart(parts: Parts) -> list[Row]:
    rounds = parts["restart"]["rounds"]
    p99 = spread(of_rounds(rounds, "p99"))
    first = spread(of_rounds(rounds, "first"))
    return [
        Row(
            "first `GET` after a restart of everything",
            "p99 ≤ 50 ms",
            f"p99 {p99} ms of twenty viewers' first reads; the very first {first} ms",
            below(p99, 50),
            f"web, workers, Redis and PostgreSQL stopped and started, {len(rounds)} times",
        )
    ]


def against_nothing(parts: Parts) -> list[Row]:
    rounds = parts["many clients"]["rounds"]
    found = ratios(of_rounds(rounds, "feed", "per_second"), of_rounds(rounds, "nothing", "per_second"))
    rate = spread(of_rounds(rounds, "feed", "per_second"))
    posts = parts["many clients"]["body"]["posts"]
    best = spread([one * posts for one in of_rounds(rounds, "dense", "per_second")])
    how = f"eight clients, ordinary people in turn, {len(rounds)} rounds; the client shares the cores"
    return [
        Row(
            "feeds a second against the do-nothing view",
            "≥ 0.7 ×",
            f"{found} × ({rate} a second)",
            found.median >= 0.7,
            how,
        ),
        Row(
            "posts served a second",
            f"≥ {POSTS_OF_PEER:,}, then {2 * POSTS_OF_PEER:,}",
            f"{spread([one * posts for one in of_rounds(rounds, 'feed', 'per_second')])} (dense viewers {best})",
            rate.median * posts >= POSTS_OF_PEER,
            f"feeds a second × {posts} posts of a feed",
        ),
    ]


def against_plain(parts: Parts) -> list[Row]:
    rounds = parts["one client"]["rounds"]
    found = ratios(of_rounds(rounds, "plain", "server_cpu"), of_rounds(rounds, "feed", "server_cpu"))
    ours = spread(of_rounds(rounds, "feed", "server_cpu"))
    return [
        Row(
            "CPU against the feed by ORM and nested serializers",
            "≥ 25 × less",
            f"{found} × less; ours {ours} ms a feed",
            found.median >= 25,
            "web, Redis and PostgreSQL together, from /proc; the same rounds as above",
        )
    ]


MAX_LIST_CPU = {"stories' tray": 5, "suggestions": 5, "search of people": 4, "/v1/me": 2}
UNBOUND = {"a profile", "/v1/instance"}
MAX_OF_LISTS = 4
VIEWERS = {"notifications": "those who post most"}


def lists(parts: Parts) -> list[Row]:
    rows = []
    for name, rounds in parts["lists"]["lists"].items():
        if name not in UNBOUND:
            found, limit = spread(of_rounds(rounds, "server_cpu")), MAX_LIST_CPU.get(name, MAX_OF_LISTS)
            p50 = spread(of_rounds(rounds, "p50"))
            page, viewers = "a page of 20, " if limit == MAX_OF_LISTS else "", VIEWERS.get(name, "dense viewers")
            rows.append(
                Row(
                    f"{name}, CPU", f"≤ {limit} ms", f"{found} ms (p50 {number(p50.median)} ms)", below(found, limit),
                    f"{page}one client, {viewers}",
                )
            )  # fmt: skip
    return rows


# -- writing -----------------------------------------------------------------------------------------

MAX_WRITE_CPU = {"like": 5, "follow": 5, "comment": 7, "publish": 10}


def writes(parts: Parts) -> list[Row]:
    rows = []
    for name, limit in MAX_WRITE_CPU.items():
        rounds = parts["writes"]["writes"][name]
        kinds = {kind: spread(of_rounds(rounds, "cpu", kind)).median for kind in cpu.KINDS}
        found = spread(of_rounds(rounds, "server_cpu"))
        apart = ", ".join(f"{kind} {number(value)}" for kind, value in kinds.items())
        rows.append(
            Row(f"{name}, CPU", f"≤ {limit} ms", f"{found} ms ({apart})", below(found, limit),
                "one client; web, Redis and PostgreSQL while workers stand still")
        )  # fmt: skip
    for name, rounds in parts["writes"]["likes"].items():
        found, worst = (spread(of_rounds(rounds, key)) for key in ("per_second", "max"))
        rows.append(
            Row(f"likes a second {name}", "≥ 300", f"{found}; the worst waits {worst} ms", found.median >= 300,
                "sixteen clients")
        )  # fmt: skip
    told = parts["writes"]["told"]
    each = told["milliseconds"]
    rows.append(
        Row("what follows from a like of many, worker CPU", "–", f"{number(each[cpu.WORKER])} ms", None,
            f"{told['likes']} likes of one post, one notification after {number(told['seconds'])} s; PostgreSQL "
            f"{number(each[cpu.POSTGRES])} ms each; relay and scheduler among the workers")
    )  # fmt: skip
    return rows


def queries(parts: Parts) -> list[Row]:
    found = parts["queries"]["queries"]
    warm, rebuilt = ([one[key] for one in found.values()] for key in ("warm", "rebuilt"))
    return [
        Row(
            "queries of a warm feed, besides authentication",
            "≤ 2, whatever the number of posts and follows",
            f"{min(warm)}–{max(warm)} (on a rebuild {min(rebuilt)}–{max(rebuilt)})",
            max(warm) <= 2,
            f"viewers: {', '.join(found)} follows",
        )
    ]


def fanout(parts: Parts) -> list[Row]:
    stars = {int(count): one for count, one in parts["fan-out"]["stars"].items()}
    each = {count: one["microseconds"][cpu.WORKER] for count, one in stars.items()}
    large = {count: used for count, used in each.items() if count >= 1000} or each
    lasts = {count: spread(one["seconds"]) for count, one in stars.items()}
    bounds = {10_000: 0.5, 1_000_000: 20.0}
    beside = parts["fan-out"]["beside"]
    rows = [
        Row(
            "fan-out, worker CPU a follower",
            "≤ 5 µs, flat from 10² to 10⁶",
            f"{', '.join(f'{count:,}: {number(used)} µs' for count, used in each.items())}; slope "
            f"{number(slope(list(each.items())))}",
            max(large.values()) <= 5,
            "published over HTTP, relay and tasks included, idle CPU taken off; full feeds",
        )
    ]
    for count, limit in bounds.items():
        if count in lasts:
            rows.append(
                Row(f"the last of {count:,} followers has it", f"≤ {limit} s", f"{lasts[count]} s",
                    lasts[count].high <= limit, f"{stars[count]['posts']} posts; {stars[count]['lost']} lost")
            )  # fmt: skip
    ordinary = beside["seconds"]
    rows.append(
        Row(f"an ordinary post while one goes to {beside['followers']:,}", "≤ 0.5 s", f"{spread(ordinary)} s",
            max(ordinary) <= 0.5 if ordinary else None, f"{len(ordinary)} posts, to a hundred followers each")
    )  # fmt: skip
    return rows


def memory(parts: Parts) -> list[Row]:
    found = parts["memory"]
    web = found["processes"]["api"]
    return [
        Row(
            "memory of a feed of 100",
            "≤ 2 kB",
            f"{number(found['feed'])} bytes",
            found["feed"] <= 2000,
            "what Redis takes more for 2,000 feeds",
        ),
        Row(
            "web processes",
            "bounded",
            " + ".join(f"{size:.0f} MB" for size in web),
            None,
            "proportional set size after everybody's feeds were read",
        ),
    ]


def soak(parts: Parts) -> list[Row]:
    found = parts["soak"]
    rates, sorts, wrong = found["rates"], found["sorts"], failures(found)
    held = ", ".join(f"{number(sorts[name]['per_second'])} {name}" for name in sorts if name != "probe")
    errors = found["failed"] / max(1, found["count"])
    return [
        Row(
            "the estimate's load",
            "580 feeds/s and 70 posts/s for ten minutes, nothing lost",
            f"{found['scale']:.0%} of it for {number(found['minutes'])} minutes: {held} a second; feeds "
            f"p50 {number(found['feed']['p50'])}, p99 {number(found['feed']['p99'])} ms; {errors:.2%} of calls failed, "
            f"{found['failed_by_themselves']} of them not within {found['fault_seconds']:g} s of a fault",
            found["scale"] >= 1 and not wrong,
            f"open loop ({number(rates['feeds'])} feeds/s, {number(rates['posts'])} posts/s, {number(rates['likes'])} "
            f"likes/s, {number(rates['follows'])} follows/s); the client shares the cores",
        ),
        Row(
            "correctness under that load",
            "0 lost, 0 twice, 0 forbidden",
            ", ".join(f"{count} {name}" for name, count in wrong.items())
            or f"0 of each; {found['probes']} looks by probes",
            not wrong and found["probes"] > 0 and found["seen by probes"] > 0,
            "; ".join(f"{moment:.0f} s: {name}" for moment, name in found["faults"]),
        ),
    ]


def failures(found: Any) -> dict[str, int]:
    """What the audit and the probes found wrong."""
    audit = {name: count for name, count in found["audit"].items() if count and name != "feeds compared"}
    return {**audit, **({"leaks": len(found["leaks"])} if found["leaks"] else {})}


# In the order in which they are shown: the part that each needs, and its rows.
ROWS: Sequence[tuple[str, str, Callable[[Parts], list[Row]]]] = (
    ("one client", "feed of 100, one client", one_client),
    ("restart", "first `GET` after a restart", after_restart),
    ("many clients", "feeds a second", against_nothing),
    ("one client", "CPU against plain", against_plain),
    ("lists", "other lists", lists),
    ("writes", "writes", writes),
    ("queries", "queries", queries),
    ("fan-out", "fan-out", fanout),
    ("memory", "memory", memory),
    ("soak", "the estimate's load", soak),
)


def rows(parts: Parts) -> list[Row]:
    """All of them; one that says so for a part that was not measured."""
    found: list[Row] = []
    for part, what, make in ROWS:
        found += make(parts) if part in parts else [Row(what, "", "not measured", None, f"part `{part}`")]
    return found
