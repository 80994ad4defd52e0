"""The storage report as one picture. matplotlib is a tool of developers, so it is loaded only when a plot is wanted."""

import importlib
from pathlib import Path
from typing import Any

from operations.storage.report import BIN, ESTIMATE, MAX_BINS, Report

INK, GREY, BLUE, GREEN, AMBER = "#22252a", "#8a9099", "#3b6fb6", "#5aa174", "#e0a33e"


class NoMatplotlib(Exception):
    """It is not installed."""


def readable(size: float) -> str:
    """Bytes with a unit, in steps of a thousand."""
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if size < 1000 or unit == "TB":
            break
        size /= 1000
    return f"{size:.0f} {unit}" if unit == "B" or size >= 100 else f"{size:.1f} {unit}"


def figure_of(width: float, height: float, **options: Any) -> tuple[Any, Any]:
    """A figure that needs no screen, and its axes. Raises `NoMatplotlib`."""
    try:
        matplotlib = importlib.import_module("matplotlib")
    except ImportError:
        raise NoMatplotlib from None
    matplotlib.use("Agg")
    plain = {"axes.spines.top": False, "axes.spines.right": False, "font.size": 9, "axes.titlesize": 10.5}
    colours = dict.fromkeys(("text.color", "axes.labelcolor", "xtick.color", "ytick.color", "axes.edgecolor"), INK)
    matplotlib.rcParams.update({**plain, **colours, "axes.titlelocation": "left", "axes.titleweight": "bold"})
    pyplot: Any = importlib.import_module("matplotlib.pyplot")
    figure, axes = pyplot.subplots(figsize=(width, height), layout="constrained", **options)
    return figure, axes


def save(figure: Any, path: Path) -> None:
    """Writes the PNG and closes the figure."""
    figure.savefig(path, dpi=140, format="png")
    importlib.import_module("matplotlib.pyplot").close(figure)


def plot(result: Report, path: Path) -> None:
    """Draws what is stored, what a phone loads per photo, and who keeps most. Raises `NoMatplotlib`."""
    people = max(1, len(result.users))
    ratios = {"height_ratios": [1.7, 2.6, 0.9 + 0.24 * people]}
    figure, (stored, served, users) = figure_of(8.4, 5.6 + 0.24 * people, nrows=3, gridspec_kw=ratios)
    _stored(stored, result)
    _served(served, result)
    _users(users, result)
    figure.get_layout_engine().set(h_pad=0.12)
    save(figure, path)


def _stored(axes: Any, result: Report) -> None:
    """What is stored, as bars: originals by kind with what sharing saved, then the renditions."""
    made = result.total.rendition_bytes
    rows = [
        *((f"{one.name} originals", one.stored_bytes, one.saved_bytes) for one in result.kinds),
        ("renditions", made, 0),
    ]
    rows.append(("of these, shown nowhere", sum(result.orphans), 0))
    names, sizes, saved = zip(*reversed(rows), strict=True)
    colours = [AMBER, GREEN, *[BLUE] * len(result.kinds)]
    axes.barh(names, sizes, color=colours, height=0.62)
    axes.barh(
        names,
        saved,
        left=sizes,
        color="none",
        edgecolor=BLUE,
        hatch="////",
        linewidth=[0.8 if less else 0 for less in saved],
        height=0.62,
    )
    for at, (size, less) in enumerate(zip(sizes, saved, strict=True)):
        text = readable(size) + (f"  + {readable(less)} saved by sharing" if less else "")
        text += f"  ({result.orphaned_share:.1%} of all)" if at == 0 else ""
        axes.text(size + less, at, "  " + text, va="center")
    axes.set_xlim(0, 1.75 * max(1, *(size + less for _, size, less in rows)))
    axes.xaxis.set_visible(False)
    axes.spines["bottom"].set_visible(False)
    axes.set_title(f"Stored: {readable(result.stored_bytes)}")


def _served(axes: Any, result: Report) -> None:
    """A histogram of what a phone loads per photo, with the mean and the estimate."""
    axes.set_title("Bytes a phone loads per photo")
    axes.set_xlabel("kB (the widest WebP of at most 1080 pixels)")
    axes.set_ylabel("photos")
    last = max([start for start, _ in result.histogram] + [ESTIMATE + 2 * BIN])
    axes.bar(
        [start / 1000 for start, _ in result.histogram],
        [count for _, count in result.histogram],
        width=BIN / 1000 * 0.92,
        align="edge",
        color=BLUE,
    )
    axes.set_xlim(0, (last + BIN) / 1000)
    if last >= (MAX_BINS - 1) * BIN:
        axes.set_xlabel(f"{axes.get_xlabel()}; the last bar: and more")
    axes.yaxis.get_major_locator().set_params(integer=True)
    axes.axvline(ESTIMATE / 1000, color=AMBER, linestyle="--", label=f"the estimate: {readable(ESTIMATE)}")
    if result.served.mean is not None:
        axes.axvline(result.served.mean / 1000, color=INK, label=f"the mean: {readable(result.served.mean)}")
    axes.legend(frameon=False, loc="upper right")


def _users(axes: Any, result: Report) -> None:
    """Who keeps most."""
    rows = list(reversed(result.users)) or []
    names = [one.name for one in rows]
    originals = [one.original_bytes for one in rows]
    made = [one.rendition_bytes for one in rows]
    axes.barh(names, originals, color=BLUE, height=0.7, label="originals")
    axes.barh(names, made, left=originals, color=GREEN, height=0.7, label="renditions")
    for at, one in enumerate(rows):
        text = f"  {readable(one.original_bytes + one.rendition_bytes)}, {one.originals} files"
        axes.text(one.original_bytes + one.rendition_bytes, at, text, va="center", color=GREY, fontsize=8)
    axes.set_xlim(0, 1.3 * max([1, *(a + b for a, b in zip(originals, made, strict=True))]))
    axes.xaxis.set_visible(False)
    axes.spines["bottom"].set_visible(False)
    axes.set_title("Who keeps most")
    if rows:
        axes.legend(frameon=False, loc="lower right")
