"""How long each of 200 photos and videos of twenty people waits until it is ready, by order and number of workers.

All files are there before the first is taken up. The workers are threads that do what `media.tasks` does (decoders are
processes of their own): so many for photos, and one for videos, as is shipped.
"""

import datetime
import io
import secrets
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from django.db import connection
from django.db.models import F
from django.utils import timezone
from PIL import Image

from accounts.models import User
from devtools.bench.photos import collage
from media.actions import queueing, upload
from media.models import Media
from media.processing import ffmpeg

PEOPLE = 20
SMALL, LARGE, VIDEO = "small photo", "12-megapixel photo", "video"
COUNTS = {SMALL: 140, LARGE: 45, VIDEO: 15}
SMALL_SIZE = (1080, 810)
FILM = ("testsrc2=s=1920x1080:r=30:d=3", "libx264")
OURS, ARRIVAL = "small first, in turns", "by arrival"
ORDERS = (ARRIVAL, OURS)
POLL_SECONDS = 0.05
Step = Callable[[int], object]


class Waited(NamedTuple):
    """Seconds until each file of a kind was ready, of one run with so many workers for photos."""

    workers: int
    order: str
    seconds: dict[str, list[float]]


def files() -> dict[str, bytes]:
    """One of each kind; every upload has bytes of its own behind it."""
    large = collage()
    with Image.open(io.BytesIO(large)) as image:
        small = io.BytesIO()
        image.convert("RGB").resize(SMALL_SIZE).save(small, "JPEG", quality=85)
    return {SMALL: small.getvalue(), LARGE: large, VIDEO: _film()}


def _film() -> bytes:
    source, codec = FILM
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, "film.mp4")
        command = [ffmpeg.program(), "-v", "error", "-f", "lavfi", "-i", source, "-c:v", codec, "-preset", "veryfast"]
        subprocess.run([*command, "-pix_fmt", "yuv420p", str(target)], check=True, timeout=120)  # noqa: S603 - words of our own
        return target.read_bytes()


def arrivals(counts: dict[str, int]) -> list[str]:
    """The kinds in the order in which they arrive: evenly mixed."""
    places = [((number + 0.5) / count, kind) for kind, count in counts.items() for number in range(count)]
    return [kind for _, kind in sorted(places)]


def run(workers: int, order: str, given: dict[str, bytes], step: Step, counts: dict[str, int] = COUNTS) -> Waited:
    """Sends all files, then processes them. `step` is told how many became ready since it was told last."""
    kinds = {media.pk: kind for kind, media in _sent(given, counts)}
    if order == ARRIVAL:
        Media.objects.filter(pk__in=kinds).update(turn_at=F("created_at"))
    began = time.monotonic()
    threads = [threading.Thread(target=_work, args=("photo",)) for _ in range(workers)]
    threads.append(threading.Thread(target=_work, args=("video",)))
    for thread in threads:
        thread.start()
    seconds: dict[str, list[float]] = {kind: [] for kind in counts}
    for media_id, at in _ready(set(kinds), threads, step):
        seconds[kinds[media_id]].append(round(at - began, 3))
    for thread in threads:
        thread.join()
    return Waited(workers, order, seconds)


def _sent(given: dict[str, bytes], counts: dict[str, int]) -> Iterator[tuple[str, Media]]:
    people = [_somebody() for _ in range(PEOPLE)]
    for number, kind in enumerate(arrivals(counts)):
        file = io.BytesIO(given[kind] + secrets.token_bytes(16))
        yield kind, upload(owner=people[number % PEOPLE], file=file)


def _somebody() -> User:
    name = f"mixed{secrets.token_hex(6)}"
    birth_date = datetime.date(1990, 1, 1)
    return User.objects.create(username=name, email=f"{name}@example.org", name=name, birth_date=birth_date)


def _work(kind: str) -> None:
    try:
        queueing.work(kind=kind, until=timezone.now() + datetime.timedelta(hours=1))
    finally:
        connection.close()


def _ready(waiting: set[int], threads: list[threading.Thread], step: Step) -> Iterator[tuple[int, float]]:
    """Each media when it is ready. Fails if one of them never is."""
    while waiting:
        is_over = not any(thread.is_alive() for thread in threads)
        states = dict(Media.objects.filter(pk__in=waiting).values_list("pk", "state"))
        ready = {media_id for media_id, state in states.items() if state == Media.State.READY}
        if Media.State.FAILED in states.values() or (is_over and ready != waiting):
            raise RuntimeError("a file of the benchmark could not be processed")
        for media_id in ready:
            yield media_id, time.monotonic()
        waiting -= ready
        step(len(ready))
        time.sleep(POLL_SECONDS)


def table(found: list[Waited]) -> list[str]:
    """Medians, 95th percentiles and longest waits in seconds, as a Markdown table."""
    kinds = list(COUNTS)
    head = ["workers", "order", *(f"{kind}: p50 / p95 / max" for kind in kinds), "all"]
    rows = [f"| {' | '.join(head)} |", "|--:|---|" + "--:|" * (len(kinds) + 1)]
    for one in sorted(found):
        cells = [_cell(one.seconds[kind]) for kind in kinds]
        longest = max(max(seconds) for seconds in one.seconds.values())
        rows.append(f"| {one.workers} | {one.order} | {' | '.join(cells)} | {longest:.1f} |")
    return rows


def _cell(seconds: list[float]) -> str:
    parts = statistics.quantiles(seconds, n=20, method="inclusive")
    return f"{statistics.median(seconds):.1f} / {parts[-1]:.1f} / {max(seconds):.1f}"
