import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from tqdm import tqdm

from accounts.models import User
from devtools.bench import mixed, mixed_runs, photos, places, plot, search_plot, searches, world
from devtools.bench.feed import options as feed_options
from devtools.bench.feed import stack
from devtools.bench.feed.world import sizes
from operations.storage.plot import NoMatplotlib


class Command(BaseCommand):
    help = "Measures this machine; numbers mean something beside each other, not by themselves."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        commands = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
        media = commands.add_parser("media", help="the renditions of a 12-megapixel photo, beside pyvips")
        media.add_argument("--repeat", type=int, default=5, help="measurements of each; the table has their medians")
        media.add_argument("--plot", type=Path, metavar="FILE", help="also draw it, as a PNG (needs matplotlib)")
        waits = commands.add_parser("media-mixed", help="how long 200 photos and videos wait, by order and workers")
        waits.add_argument("--workers", type=int, nargs="+", default=[1, 2, 3, 4], metavar="N", help="for photos")
        waits.add_argument("--forget", action="store_true", help="begin anew, not where it was stopped")
        near = commands.add_parser("places", help="indexes for posts near a point, on points of this database")
        near.add_argument("--rows", type=int, default=1_000_000)
        near.add_argument("--circles", type=int, default=60, help="of each radius")

        search = commands.add_parser("search", help="each kind of search in a made-up world, beside icontains")
        search.add_argument("--users", type=int, default=100_000)
        search.add_argument("--posts", type=int, default=1_000_000)
        search.add_argument("--seed", type=int, default=1)
        search.add_argument("--keep", action="store_true", help="keep the database: the next run goes on with it")
        search.add_argument("--plot", type=Path, metavar="FILE", help="also draw it, as a PNG (needs matplotlib)")
        feed_options.add_to(commands.add_parser("feed", help="the feed and the other lists, beside contenders"))

    def handle(self, *, what: str, **options: Any) -> None:
        commands: dict[str, Callable[..., None]] = {
            "media": self.media,
            "media-mixed": self.media_mixed,
            "places": self.places,
            "search": self.search,
            "feed": self.feed,
        }
        commands[what](**options)

    def media(self, *, repeat: int, plot: Path | None, **options: Any) -> None:
        """The renditions of one photo."""
        beside = photos.libraries()
        if photos.OTHER not in beside:
            self.stdout.write("pyvips is not installed (requirements-bench.txt): only our own pipeline is measured")
        costs = self.measured(max(1, repeat), len(beside))
        self.show(costs, repeat)
        if plot:
            self.draw(costs, plot)

    def media_mixed(self, *, workers: list[int], forget: bool, **options: Any) -> None:
        """How long files wait until they are ready."""
        journal = Path("var/bench/media-mixed.jsonl")  # not below VAR_DIR, which goes with throw-away servers
        if forget:
            journal.unlink(missing_ok=True)
        found = mixed_runs.run(workers, journal)
        self.stdout.write(f"{os.cpu_count()} cores; seconds until ready\n")
        self.stdout.write("\n".join(mixed.table([one for one in found if one.workers in workers])))

    def places(self, *, rows: int, circles: int, **options: Any) -> None:
        """The newest posts within a radius, by several indexes."""
        found = places.measure(rows, circles, self.stdout.write)
        self.stdout.write(f"{rows} points, {circles} circles; times and buffers as multiples of the last row's\n")
        self.stdout.write("\n".join(places.table(found)))
        self.stdout.write(f"the slowest of the last row: {places.worst_of_ours(found):.1f} ms")

    def search(self, *, users: int, posts: int, seed: int, keep: bool, plot: Path | None, **options: Any) -> None:
        """Searches in a database of its own (`test_…`), which is dropped afterwards."""
        size = world.Size(users, posts, seed)
        own = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True, keepdb=keep, serialize=False)
        try:
            with tqdm(total=users + posts, unit="row", disable=None, leave=False) as bar:
                world.build(size, bar.update)
            found = self.searched(seed)
        finally:
            connection.creation.destroy_test_db(own, verbosity=0, keepdb=keep)
        if plot:
            self.drawn(search_plot.plot, found, plot)

    def feed(self, **options: Any) -> None:
        """What runs on a stack of its own needs a process with other settings, which takes the place of this one.

        Its exit code is 3 if the machine was too noisy.
        """
        chosen = feed_options.picked(options)
        size = sizes.size_of(chosen["people"], chosen["posts"], chosen["seed"])
        folder = Path(settings.VAR_DIR, "bench", f"feed-{size.people}-{size.posts}-{size.seed}").absolute()
        if chosen["forget"]:
            stack.forget(folder)
            return
        command = [sys.executable, "-m", "devtools.bench.feed", json.dumps(chosen), str(folder)]
        os.chdir(settings.BASE_DIR)
        os.execv(sys.executable, command)  # noqa: S606 - a signal to stop finds it under the same number

    def searched(self, seed: int) -> dict[str, searches.Timed]:
        """The table of times, then sizes and upkeep. Fails if a plan reads a large table from end to end."""
        viewer = User.objects.get_queryset().get(username="person7")
        found: dict[str, searches.Timed] = {}
        scanned: list[str] = []
        for name, (search, texts) in searches.searches(seed).items():
            found[name] = searches.timed(search, viewer, texts)
            scans = sorted({table for text in texts[:5] for table in searches.sequential_scans(search, viewer, text)})
            scanned += [f"{name}: {table}" for table in scans if searches.NAIVE not in name]
            plan = f"scans {', '.join(scans)}" if scans else "indexes"
            self.stdout.write(f"| {name} | {found[name].p50:.1f} | {found[name].p99:.1f} | {plan} |")
        for name, megabytes in searches.index_sizes().items():
            self.stdout.write(f"{name}: {megabytes:.1f} MB")
        self.stdout.write(f"computing explore's list: {searches.explore_list():.0f} ms")
        self.stdout.write(f"keeping the index: {searches.upkeep():.2f} ms a post")
        if scanned:
            raise CommandError(f"sequential scans: {'; '.join(scanned)}")
        return found

    def measured(self, repeat: int, beside: int) -> photos.Costs:
        """All measurements of a collage in a file, showing how far they are."""
        with tempfile.TemporaryDirectory() as folder:
            photo = Path(folder, "photo.jpg")
            photo.write_bytes(photos.collage())
            self.stdout.write(f"a JPEG of {photos.SIZE[0]} × {photos.SIZE[1]} pixels, {photo.stat().st_size} bytes")
            runs = beside * len(photos.RENDITIONS) + len(photos.FORMATS)
            with tqdm(total=repeat * runs, unit="run", disable=None, leave=False) as bar:
                return photos.run(photo, repeat, bar.update) | photos.run_formats(photo, repeat, bar.update)

    def show(self, costs: photos.Costs, repeat: int) -> None:
        self.stdout.write(
            f"medians of {repeat}, {os.cpu_count()} cores; CPU times lie within {photos.spread(costs):.0%}\n"
        )
        self.stdout.write("\n".join(photos.table(costs)) + "\n")
        if any(library == photos.OTHER for _, library in costs):
            self.stdout.write("pyvips as a multiple of ours:\n")
            self.stdout.write("\n".join(photos.ratios(costs)))

    def draw(self, costs: photos.Costs, path: Path) -> None:
        self.drawn(plot.plot, costs, path)

    def drawn(self, plot: Callable[..., None], measured: Any, path: Path) -> None:
        try:
            plot(measured, path)
        except NoMatplotlib:
            raise CommandError(
                "--plot needs matplotlib: pip install matplotlib (requirements-dev.txt has it)"
            ) from None
        self.stdout.write(f"drawn: {path}")
