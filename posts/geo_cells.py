"""The map in cells, so that "newest near here" is a few index ranges. Pure functions on degrees; no PostGIS.

A level is a grid of rows of equal height. Each row has as many columns as make its cells about square, so cells are of
one size everywhere: a row at a pole has few, and columns go round, so there is no seam at 180°.
"""

from collections.abc import Iterator
from decimal import Decimal
from math import asin, ceil, cos, degrees, floor, radians, sin

EARTH_METERS = 6_371_008.8  # mean radius, IUGG
METERS_PER_DEGREE = EARTH_METERS * radians(1)
MAX_RADIUS = 50_000  # meters
LEVELS = [(500, 500), (5_000, 50), (MAX_RADIUS, 5)]  # radius in meters up to which it serves, rows per degree
_LEVEL, _ROW = 10**13, 10**6  # a cell's number is level, row and column side by side


def rounded(latitude: Decimal, longitude: Decimal) -> tuple[Decimal, Decimal]:
    """A position to about a kilometer, what others are shown of one that is not exact.

    Two places, but fewer for the longitude towards the poles, where a hundredth of a degree is only meters.
    """
    narrowing = cos(radians(float(latitude)))
    places = Decimal("0.01") if narrowing > 0.5 else Decimal("0.1") if narrowing > 0.05 else Decimal(1)
    return round(latitude, 2) + 0, longitude.quantize(places) + 0  # + 0: there is no -0


def cells_of(latitude: Decimal | float, longitude: Decimal | float) -> list[int]:
    """The cell of a position in each level, finest first."""
    return [_cell_at(level, float(latitude), float(longitude)) for level in range(len(LEVELS))]


def cover(latitude: Decimal | float, longitude: Decimal | float, radius: int) -> list[int]:
    """The cells that hold every position within `radius` meters (at most `MAX_RADIUS`).

    Some forty of them, about a hundred at a pole.
    """
    level = next(level for level, (reach, _) in enumerate(LEVELS) if radius <= reach)
    return sorted(
        {_number(level, row, column) for row, column in _near(level, float(latitude), float(longitude), radius)}
    )


def _near(level: int, latitude: float, longitude: float, radius: int) -> Iterator[tuple[int, int]]:
    rows = LEVELS[level][1]
    reach = radius / METERS_PER_DEGREE * 1.0001  # a hair wider, for what rounding takes
    lowest, highest = max(latitude - reach, -90.0), min(latitude + reach, 90.0)
    width = _half_width(latitude, reach)
    for row in range(_row(rows, lowest), _row(rows, highest) + 1):
        columns = _columns(rows, row)
        first = floor((longitude - width + 180) / 360 * columns)
        last = floor((longitude + width + 180) / 360 * columns)
        for column in range(first, min(last, first + columns - 1) + 1):
            yield row, column % columns


def _half_width(latitude: float, reach: float) -> float:
    """How many degrees of longitude a circle of `reach` degrees spans to either side; 180 if it holds a pole."""
    if abs(latitude) + reach >= 90:
        return 180.0
    span = sin(radians(reach)) / cos(radians(latitude))
    return degrees(asin(min(span, 1.0)))


def _cell_at(level: int, latitude: float, longitude: float) -> int:
    rows = LEVELS[level][1]
    row = _row(rows, latitude)
    columns = _columns(rows, row)
    return _number(level, row, floor((longitude + 180) / 360 * columns) % columns)


def _row(rows: int, latitude: float) -> int:
    return min(floor((latitude + 90) * rows), 180 * rows - 1)


def _columns(rows: int, row: int) -> int:
    widest = min(abs(row / rows - 90), abs((row + 1) / rows - 90))  # the edge nearer to the equator
    return max(1, ceil(360 * rows * cos(radians(widest))))


def _number(level: int, row: int, column: int) -> int:
    return level * _LEVEL + row * _ROW + column
