"""Builds the world, runs the parts, keeps what they found, and says what it means."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from tqdm import tqdm

from devtools.bench.feed.context import Bench, Plan, Values
from devtools.bench.feed.errors import TooNoisy
from devtools.bench.feed.measuring.noise import Noise, Watch
from devtools.bench.feed.parts import curves, fanout, feed, lists, memory, soak, writes
from devtools.bench.feed.reporting import section
from devtools.bench.feed.results import Results, revision
from devtools.bench.feed.stack import ROOT, Stack
from devtools.bench.feed.world.build import build, steps_of
from devtools.bench.feed.world.sizes import size_of
from devtools.bench.feed.world.stories import renew_stories

ATTEMPTS = 3
RESULTS = "results.json"
Tell = Callable[[str], object]


@dataclass(frozen=True)
class Part:
    """`measure` gives what it found; of one that stops programs, or takes long, the noise is noted but not judged."""

    measure: Callable[[Bench, Tell], Values]
    judged: bool = True


PARTS = {
    "one client": Part(feed.one_client),
    "many clients": Part(feed.many_clients),
    "by the clock": Part(feed.by_the_clock),
    "lists": Part(lists.measure),
    "queries": Part(curves.queries),
    "follows": Part(curves.over_follows),
    "memory": Part(memory.measure),
    "writes": Part(writes.measure),
    "restart": Part(curves.after_restart, judged=False),
    "fan-out": Part(fanout.measure),
    "soak": Part(soak.measure, judged=False),
}


def run(stack: Stack, options: dict[str, Any]) -> None:
    """Everything. Raises TooNoisy, OtherWorld."""
    logging.getLogger().setLevel(logging.WARNING)  # of this process, which asks itself now and then
    size = size_of(options["people"], options["posts"], options["seed"])
    start = time.monotonic()
    with tqdm(total=steps_of(size), unit="row", desc="world", disable=None, leave=False) as bar:
        build(size, bar.update)
    print(f"world of {size.people:,} people: {time.monotonic() - start:.0f} s", flush=True)
    renew_stories()
    plan = Plan(options["seconds"], options["repeat"], options["soak"])
    bench = Bench(stack, size, plan)
    about = {**vars(size), "revision": revision(ROOT), "seconds": plan.seconds, "repeat": plan.repeat}
    results = Results(settings.VAR_DIR / RESULTS, about)
    measure(bench, results, chosen(options), force=options["force"])
    print(section.section(results, others(settings.VAR_DIR)))
    if options["write"]:
        written = section.write(results, others(settings.VAR_DIR), ROOT / options["write"])
        print("written:", *written)


def chosen(options: dict[str, Any]) -> list[str]:
    """The parts that were asked for, in their order; without a word, all, the soak only if minutes were given."""
    names = options["only"] or [name for name in PARTS if name != "soak" or options["soak"]]
    return [name for name in PARTS if name in names]


def measure(bench: Bench, results: Results, names: list[str], *, force: bool) -> None:
    """What is missing. Each part is tried again while the machine is too noisy. Raises TooNoisy."""
    missing = [name for name in names if name not in results.parts]
    with tqdm(total=len(missing), unit="part", disable=None, leave=False) as bar:
        for name in missing:
            start = time.monotonic()
            values, noise = quietly(bench, PARTS[name], lambda what: bar.set_description(what), force=force)
            took = time.monotonic() - start
            results.keep(name, {**values, "took": took, "noise": {**noise.as_json(), "faults": noise.faults()}})
            bar.write(f"{name}: {took:.0f} s")
            bar.update()


def quietly(bench: Bench, part: Part, tell: Tell, *, force: bool) -> tuple[Values, Noise]:
    """A measurement on a quiet machine; the last attempt's, if it may be noisy."""
    for attempt in range(ATTEMPTS):
        watch = Watch(lambda: bench.stack.supervisor)
        values = part.measure(bench, tell)
        noise = watch.judge(restarted=not part.judged)
        if not noise.faults() or force or not part.judged:
            return values, noise
        tell(f"too noisy, attempt {attempt + 2} of {ATTEMPTS}")
    raise TooNoisy("; ".join(noise.faults()))


def others(folder: Path) -> list[Path]:
    """Results of worlds of other sizes, made by earlier runs."""
    return sorted(path for path in folder.parent.glob(f"*/{RESULTS}") if path.parent != folder)
