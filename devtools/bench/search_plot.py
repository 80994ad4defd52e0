"""The benchmark of searches as a picture."""

from pathlib import Path

from devtools.bench.searches import NAIVE, Timed
from operations.storage.plot import AMBER, BLUE, figure_of, save


def plot(found: dict[str, Timed], path: Path) -> None:
    """A bar of p50 and a mark of p99 for each kind of search, on a logarithmic scale. Raises `NoMatplotlib`."""
    figure, panel = figure_of(8.4, 4.8)
    names = list(found)[::-1]
    colours = [AMBER if NAIVE in name else BLUE for name in names]
    panel.barh(names, [found[name].p50 for name in names], color=colours)
    panel.plot([found[name].p99 for name in names], names, "|", color="#22252a", markersize=12)
    panel.set_xscale("log")
    panel.set_title("milliseconds: p50 (bar) and p99 (mark)")
    save(figure, path)
