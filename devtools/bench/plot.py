"""The benchmark of renditions as a picture."""

from pathlib import Path

from devtools.bench.photos import OURS, RENDITIONS, Costs, libraries, medians
from operations.storage.plot import AMBER, BLUE, figure_of, save

_COLOURS = {OURS: BLUE}


def plot(costs: Costs, path: Path) -> None:
    """Bars for CPU time, memory and bytes of each rendition, with the single measurements. Raises `NoMatplotlib`."""
    panels = {"CPU, ms": "cpu", "peak memory, MB": "memory", "made, kB": "size"}
    figure, axes = figure_of(8.4, 8.0, nrows=len(panels), sharex=True)
    names = [name for name in libraries() if (RENDITIONS[0], name) in costs]
    width = 0.8 / len(names)
    for panel, (title, column) in zip(axes, panels.items(), strict=True):
        scale = 1000 if column == "size" else 1
        for number, library in enumerate(names):
            at = [place - 0.4 + width * (number + 0.5) for place in range(len(RENDITIONS))]
            middle = [getattr(medians(costs)[name, library], column) / scale for name in RENDITIONS]
            panel.bar(at, middle, width * 0.92, color=_COLOURS.get(library, AMBER), label=library)
            for place, name in zip(at, RENDITIONS, strict=True):
                single = [getattr(cost, column) / scale for cost in costs[name, library]]
                panel.plot([place] * len(single), single, ".", color="#22252a", markersize=3, alpha=0.6)
        panel.set_title(title)
    axes[0].legend(frameon=False, loc="upper left")
    axes[-1].set_xticks(range(len(RENDITIONS)), RENDITIONS)
    save(figure, path)
