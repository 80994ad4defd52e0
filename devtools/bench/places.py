"""Indexes for "the newest posts within a radius", none of which needs PostGIS, side by side on the same points.

All tables are temporary. What is compared is one query for the newest 20 within a circle, in the database alone:
milliseconds and 8-kB buffers that PostgreSQL itself reports (`EXPLAIN (ANALYZE, BUFFERS)`).
"""

import io
import json
import random
import statistics
from collections.abc import Callable, Iterator
from math import cos, radians, sin
from typing import Any, NamedTuple

from django.db import connection

from posts.geo_cells import METERS_PER_DEGREE, cells_of, cover

CITIES, SPREAD, CLUSTERED = 300, 0.05, 0.8  # towns, their width in degrees, and the share of posts in them
RADII = (1_000, 10_000, 50_000)
OURS = "cells by level, newest first"
_LAST = " AND pg_temp.meters(lat, lon, %(lat)s, %(lon)s) <= %(radius)s ORDER BY n DESC LIMIT 20"
_BOX = "lat BETWEEN %(south)s AND %(north)s AND lon BETWEEN %(west)s AND %(east)s"

SETUP = """
CREATE EXTENSION IF NOT EXISTS cube;
CREATE FUNCTION pg_temp.meters(a float8, b float8, c float8, d float8) RETURNS float8 IMMUTABLE LANGUAGE sql AS
$$ SELECT 12742017.6 * asin(sqrt(least(1, sind((c - a) / 2) ^ 2 + cosd(a) * cosd(c) * sind((d - b) / 2) ^ 2))) $$;
CREATE TEMP TABLE points (n bigint PRIMARY KEY, lat float8, lon float8, cell bigint, ball cube);
CREATE TEMP TABLE cells (cell bigint, n bigint);
"""
# name -> (the index, the query)
CANDIDATES: dict[str, tuple[str, str]] = {
    "no index": ("", "SELECT n FROM points WHERE " + _BOX + _LAST),
    "btree (lat, lon)": ("CREATE INDEX measured ON points (lat, lon)", "SELECT n FROM points WHERE " + _BOX + _LAST),
    "GiST point": (
        "CREATE INDEX measured ON points USING gist (point(lon, lat))",
        "SELECT n FROM points WHERE point(lon, lat) <@ box(point(%(west)s, %(south)s), "
        "point(%(east)s, %(north)s))" + _LAST,
    ),
    "GiST cube on the sphere": (
        "CREATE INDEX measured ON points USING gist (ball)",
        "SELECT n FROM points WHERE ball <@ cube_enlarge(%(ball)s::cube, %(radius)s / 6371008.8, 3)" + _LAST,
    ),
    "btree (cell)": (
        "CREATE INDEX measured ON points (cell)",
        "SELECT n FROM points WHERE cell = ANY(%(middle)s)" + _LAST,
    ),
    OURS: (
        "CREATE INDEX measured ON cells (cell, n DESC)",
        "SELECT n FROM points WHERE n = ANY(ARRAY(SELECT last.n FROM unnest(%(cover)s::bigint[]) key "
        "CROSS JOIN LATERAL (SELECT n FROM cells WHERE cell = key ORDER BY n DESC LIMIT 100) last "
        "ORDER BY n DESC LIMIT 500))" + _LAST,
    ),
}  # fmt: skip


class ResultPage(NamedTuple):
    """Of one index: its megabytes, and for each radius the milliseconds and buffers of all circles."""

    megabytes: float
    costs: dict[int, list[tuple[float, float]]]


def measure(rows: int, circles: int, progress: Callable[[str], object]) -> dict[str, ResultPage]:
    """All candidates on `rows` points and `circles` circles of each radius."""
    chance = random.Random(2026)
    towns = [(chance.uniform(-55, 65), chance.uniform(-180, 180)) for _ in range(CITIES)]
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0; SET search_path = public, pg_temp; SET work_mem = '64MB'")
        cursor.execute(SETUP)
        progress(f"{rows} points")
        fill(cursor, list(points(chance, towns, rows)))
        asked = list(points(chance, towns, circles))
        found = {name: _measured(cursor, name, asked, progress) for name in CANDIDATES}
    connection.close()  # and with it the tables and the settings
    return found


def points(chance: random.Random, towns: list[tuple[float, float]], count: int) -> Iterator[tuple[float, float]]:
    """Positions, most of them in towns, of which the first are the largest."""
    for _ in range(count):
        if chance.random() < CLUSTERED:
            latitude, longitude = towns[min(int(chance.paretovariate(0.6)) - 1, CITIES - 1)]
            latitude, longitude = chance.gauss(latitude, SPREAD), chance.gauss(longitude, SPREAD)
        else:
            latitude, longitude = chance.uniform(-85, 85), chance.uniform(-180, 180)
        yield round(latitude, 6), round((longitude + 180) % 360 - 180, 6)


def fill(cursor: Any, where: list[tuple[float, float]]) -> None:
    """Each point once, and once a level in its cell."""
    table, cells = io.StringIO(), io.StringIO()
    for number, (latitude, longitude) in enumerate(where):
        levels = cells_of(latitude, longitude)
        table.write(f"{number}\t{latitude}\t{longitude}\t{levels[1]}\t{_ball(latitude, longitude)}\n")
        cells.writelines(f"{cell}\t{number}\n" for cell in levels)
    for name, text in (("points", table), ("cells", cells)):
        text.seek(0)
        cursor.copy_from(text, name)
    cursor.execute("ANALYZE points; ANALYZE cells")


def _ball(latitude: float, longitude: float) -> str:
    """The position on a sphere of radius 1, as a cube without sides."""
    up, along = radians(latitude), radians(longitude)
    return f"({cos(up) * cos(along)}, {cos(up) * sin(along)}, {sin(up)})"


def circle(latitude: float, longitude: float, radius: int) -> dict[str, Any]:
    """What the queries need to know of a circle. (Boxes that would cross 180° are cut there: the others need not.)"""
    reach = radius / METERS_PER_DEGREE
    width = reach / cos(radians(min(abs(latitude) + reach, 89)))
    return {
        "lat": latitude, "lon": longitude, "radius": radius, "ball": _ball(latitude, longitude),
        "south": latitude - reach, "north": latitude + reach, "west": longitude - width, "east": longitude + width,
        "cover": cover(latitude, longitude, radius), "middle": _cells_between(latitude, longitude, reach, width),
    }  # fmt: skip


def _cells_between(latitude: float, longitude: float, reach: float, width: float) -> list[int]:
    """The cells of the middle level over a box, found by sampling it more finely than they are wide."""
    steps = range(-int(reach / 0.01) - 1, int(reach / 0.01) + 2)
    across = range(-int(width / 0.01) - 1, int(width / 0.01) + 2)
    return sorted({cells_of(latitude + up * 0.01, longitude + along * 0.01)[1] for up in steps for along in across})


def _measured(
    cursor: Any, name: str, asked: list[tuple[float, float]], progress: Callable[[str], object]
) -> ResultPage:
    progress(name)
    index, query = CANDIDATES[name]
    cursor.execute("DROP INDEX IF EXISTS measured")
    if index:
        cursor.execute(index)
    cursor.execute("SELECT coalesce(pg_relation_size(to_regclass('measured')), 0) / 1e6")
    size = float(cursor.fetchone()[0])
    orderly = "SET enable_bitmapscan = off; SET enable_sort = off"  # as posts/models/candidates.py asks
    cursor.execute(orderly if name == OURS else "RESET enable_bitmapscan; RESET enable_sort")
    some = asked if index else asked[:5]
    return ResultPage(size, {radius: [_cost(cursor, query, circle(*at, radius)) for at in some] for radius in RADII})


def _cost(cursor: Any, query: str, about: dict[str, Any]) -> tuple[float, float]:
    cursor.execute("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + query, about)
    answer = cursor.fetchone()[0]
    plan = (json.loads(answer) if isinstance(answer, str) else answer)[0]
    buffers = [plan["Plan"][f"{kind} {how} Blocks"] for kind in ("Shared", "Local") for how in ("Hit", "Read")]
    return plan["Execution Time"], float(sum(buffers))


def table(found: dict[str, ResultPage]) -> list[str]:
    """A row a candidate: size, then medians and the worst of milliseconds, and the worst of buffers, as multiples."""
    lines = [
        "| index | MB | " + " | ".join(f"{radius // 1000} km: median | worst | buffers" for radius in RADII) + " |"
    ]
    lines.append("|---|--:|" + "--:|" * 3 * len(RADII))
    for name, one in found.items():
        numbers = [f"{ours:.2f}" for radius in RADII for ours in _beside(one.costs[radius], found[OURS].costs[radius])]
        lines.append(f"| {name} | {one.megabytes:.0f} | " + " | ".join(numbers) + " |")
    return lines


def _beside(costs: list[tuple[float, float]], ours: list[tuple[float, float]]) -> list[float]:
    def numbers(these: list[tuple[float, float]]) -> list[float]:
        times, buffers = zip(*these, strict=True)
        return [statistics.median(times), max(times), max(buffers)]

    return [one / max(other, 1e-9) for one, other in zip(numbers(costs), numbers(ours), strict=True)]


def worst_of_ours(found: dict[str, ResultPage]) -> float:
    """The slowest circle of the index in use, in milliseconds of this machine."""
    return max(time for costs in found[OURS].costs.values() for time, _ in costs)
