"""The feed's section of docs/benchmarks.md."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from devtools.bench.feed.reporting import curves
from devtools.bench.feed.reporting.plots import draw
from devtools.bench.feed.reporting.rows import Parts, rows
from devtools.bench.feed.results import Results

HEADING = "## The feed, and every other list"
PLOTS = Path("plots", "feed.png")
ABOUT = Path(__file__).with_name("about.md")
TABLES: Sequence[tuple[str, str, Callable[[Parts], list[str]]]] = (
    ("one client", "### Contenders, one client", curves.contenders),
    ("many clients", "### Contenders, eight clients", curves.rates),
    ("by the clock", "### By the clock: latency counts from when a call was due", curves.by_the_clock),
    ("follows", "### Reading and rebuilding over follows", curves.follows),
    ("follows", "### Reading over followees who are pulled", curves.pulled),
    ("fan-out", "### Pushing over followers", curves.fanout),
    ("fan-out", "### Pushing in other shapes", curves.shapes),
    ("memory", "### Memory over entries", curves.memory),
)


def section(results: Results, others: Sequence[Path]) -> str:
    """Markdown, from its heading to its last line."""
    about = results.about
    command = f'make bench ARGS="feed --people {about["people"]} --soak 10 --write"'
    lines = [
        *(HEADING, "", "```", command, "```", "", ABOUT.read_text()),
        f"{about['people']:,} people and {about['posts']:,} posts made from seed {about['seed']}, at commit "
        f"{about['revision'] or '–'}: the stack as `make run` starts it (two web processes), the client on the same "
        f"cores. Figures are medians of {about['repeat']} rounds of {about['seconds']:g} s, with lowest and highest; "
        "contenders take turns within each round.",
        "",
        *noisy(results.parts),
        "| what | target | measured | how |",
        "|---|---|---|---|",
        *(row.line() for row in rows(results.parts)),
        "",
    ]
    for part, heading, make in TABLES:
        if part in results.parts:
            lines += [heading, "", *make(results.parts), ""]
    paths = [path for path in (results.path, *others) if path.exists()]
    lines += ["### Reading over the size of the world", "", *curves.over_worlds(paths), ""]
    return "\n".join(lines)


def noisy(parts: Parts) -> list[str]:
    """What was measured on a machine that was not quiet, if anything was."""
    found = {name: part["noise"]["faults"] for name, part in parts.items() if part["noise"]["faults"]}
    lines = [f"- *{name}*: {'; '.join(faults)}" for name, faults in found.items()]
    return (
        ["**Not a quiet machine** (kept by `--force`, or a part that is not refused):", "", *lines, ""] if lines else []
    )


def placed(document: str, text: str) -> str:
    """The document with the section in the place of the old one, or at its end."""
    old = re.compile(rf"^{re.escape(HEADING)}$.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
    if old.search(document):
        return old.sub(lambda _: text.rstrip("\n") + "\n\n", document).rstrip("\n") + "\n"
    return document.rstrip("\n") + "\n\n" + text.rstrip("\n") + "\n"


def write(results: Results, others: Sequence[Path], docs: Path) -> list[Path]:
    """Into docs/benchmarks.md, with the plots beside; the files that were written."""
    plot, document = docs / PLOTS, docs / "benchmarks.md"
    plot.parent.mkdir(parents=True, exist_ok=True)
    paths = [path for path in (results.path, *others) if path.exists()]
    draw(results.parts, curves.worlds(paths), plot)
    text = section(results, others).rstrip("\n") + f"\n\n![the curves]({PLOTS})\n"
    old = document.read_text() if document.exists() else "# Benchmarks\n"
    document.write_text(placed(old, text))
    return [document, plot]
