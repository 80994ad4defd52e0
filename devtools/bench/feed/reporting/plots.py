"""The curves as one picture."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from devtools.bench.feed.measuring import cpu
from devtools.bench.feed.measuring.percentiles import spread
from devtools.bench.feed.reporting.rows import Parts, of_rounds
from operations.storage.plot import AMBER, BLUE, GREEN, GREY, figure_of, save

Line = tuple[str, Sequence[float], Sequence[float], str]
NAMES = {"feed": "this feed", "nothing": "do-nothing view", "plain": "ORM, serializers", "pull": "ORM pull"}


def draw(parts: Parts, worlds: Sequence[Sequence[Any]], path: Path) -> None:
    """Six panels; what was not measured stays empty. Raises `NoMatplotlib`."""
    figure, panels = figure_of(10.5, 6.6, nrows=2, ncols=3)
    makers = {"one client": _contenders, "by the clock": _by_the_clock, "follows": _follows, "fan-out": _fanout}
    flat = panels.flatten()
    for panel, (name, make) in zip(flat, makers.items(), strict=False):
        panel.set_title(name)
        if name in parts:
            make(panel, parts)
    _memory(flat[4], parts)
    _worlds(flat[5], worlds)
    save(figure, path)


def _lines(panel: Any, title: str, across: str, lines: Sequence[Line]) -> None:
    """A log-log plot."""
    for name, xs, ys, colour in lines:
        panel.plot(xs, ys, "o-", color=colour, label=name, markersize=4)
    panel.set_xscale("log")
    panel.set_yscale("log")
    panel.set_title(title)
    panel.set_xlabel(across)
    panel.legend(frameon=False, fontsize=7)


def _contenders(panel: Any, parts: Parts) -> None:
    rounds = parts["one client"]["rounds"]
    for place, name in enumerate(NAMES):
        p50, p99 = (spread(of_rounds(rounds, name, key)) for key in ("p50", "p99"))
        panel.barh(place, p50.median, color=BLUE if name == "feed" else AMBER)
        panel.plot([p99.median], [place], "|", color=GREY, markersize=14)
    panel.set_yticks(range(len(NAMES)), list(NAMES.values()))
    panel.invert_yaxis()
    panel.set_xscale("log")
    panel.set_title("one client, ms: p50 (bar), p99 (mark)")


def _by_the_clock(panel: Any, parts: Parts) -> None:
    rates = {float(rate): one for rate, one in parts["by the clock"]["rates"].items()}
    marks = (("p50", GREEN), ("p99", BLUE), ("p999", AMBER))
    lines = [(name, list(rates), [one[name] for one in rates.values()], colour) for name, colour in marks]
    _lines(panel, "latency by the clock, ms", "feeds a second", lines)


def _follows(panel: Any, parts: Parts) -> None:
    found = {float(count): rounds for count, rounds in parts["follows"]["follows"].items()}
    lines = [
        (name, list(found), [spread(of_rounds(rounds, *path)).median for rounds in found.values()], colour)
        for name, path, colour in (
            ("warm, p50", ("warm", "p50"), BLUE),
            ("warm, CPU", ("warm", "server_cpu"), GREEN),
            ("rebuilt, p50", ("rebuilt", "p50"), AMBER),
        )
    ]
    _lines(panel, "a feed, ms", "follows", lines)


def _fanout(panel: Any, parts: Parts) -> None:
    stars = {float(count): one for count, one in parts["fan-out"]["stars"].items()}
    lines = [
        (
            f"{kind}, µs a follower",
            list(stars),
            [max(one["microseconds"][kind], 0.01) for one in stars.values()],
            colour,
        )
        for kind, colour in ((cpu.WORKER, BLUE), (cpu.REDIS, AMBER), (cpu.POSTGRES, GREEN))
    ]
    last = [spread(one["seconds"]).median for one in stars.values()]
    _lines(panel, "fan-out", "followers", [*lines, ("the last has it, s", list(stars), last, GREY)])


def _memory(panel: Any, parts: Parts) -> None:
    panel.set_title("memory of a feed")
    if "memory" in parts:
        curve = {float(count): one for count, one in parts["memory"]["curve"].items()}
        lines = [
            (name, list(curve), [one[key] for one in curve.values()], colour)
            for name, key, colour in (("this feed", "feed", BLUE), ("sorted set", "sorted set", AMBER))
        ]
        _lines(panel, "memory, bytes", "entries", lines)


def _worlds(panel: Any, worlds: Sequence[Sequence[Any]]) -> None:
    panel.set_title("over the size of the world")
    if worlds:
        people, _posts, p50, p99, used, _nothing = zip(*worlds, strict=True)
        lines = [("p50", people, p50, BLUE), ("p99", people, p99, AMBER), ("CPU", people, used, GREEN)]
        _lines(panel, "a feed, ms", "people", lines)
