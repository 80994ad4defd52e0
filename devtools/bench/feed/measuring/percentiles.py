"""The arithmetic of the tables: percentiles, medians with their spread, ratios, slopes."""

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest value that at least `share` (0 to 1) of them do not exceed; NaN of none."""
    ordered = sorted(values)
    if not ordered:
        return math.nan
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


@dataclass(frozen=True)
class Spread:
    """The median of repeated measurements, and the lowest and highest of them."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{number(self.median)} ({number(self.low)}–{number(self.high)})"


def spread(values: Sequence[float]) -> Spread:
    """NaN throughout for none."""
    if not values:
        return Spread(math.nan, math.nan, math.nan)
    return Spread(statistics.median(values), min(values), max(values))


def ratios(ours: Sequence[float], others: Sequence[float]) -> Spread:
    """Ours divided by the other's of the same round, so that what slowed both falls out."""
    return spread([one / other for one, other in zip(ours, others, strict=True) if other])


def slope(points: Sequence[tuple[float, float]]) -> float:
    """The slope in a log-log plot, by least squares: 0 is flat, 1 proportional."""
    logs = [(math.log(x), math.log(y)) for x, y in points if x > 0 and y > 0]
    if len({x for x, _ in logs}) < 2:
        return math.nan
    middle_x, middle_y = (statistics.fmean(axis) for axis in zip(*logs, strict=True))
    across = sum((x - middle_x) ** 2 for x, _ in logs)
    return sum((x - middle_x) * (y - middle_y) for x, y in logs) / across


def number(value: float) -> str:
    """With three significant digits, or whole."""
    if math.isnan(value):
        return "–"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) >= 0.001 or value == 0 else f"{value:.1e}"
