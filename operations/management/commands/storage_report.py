import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from tqdm import tqdm

from api.maintenance import MaintenanceCommand
from operations.storage.plot import NoMatplotlib, plot, readable
from operations.storage.report import ESTIMATE, STEPS, Report, Tally, as_json, report

_HEAD = ("", "originals", "bytes", "stored", "saved", "renditions", "bytes")


class Command(MaintenanceCommand):
    help = (
        "Says what the store holds by kind and by person, what sharing identical bytes saves, what a phone loads per "
        "photo beside the estimate of 200 kB, and how much nothing shows any more. Changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--users", type=int, default=10, help="how many people, those who keep most first")
        parser.add_argument("--plot", type=Path, metavar="FILE", help="also draw it, as a PNG (needs matplotlib)")
        parser.add_argument("--json", action="store_true", help="as JSON, in bytes")

    def handle(self, *, users: int, plot: Path | None, json: bool, **options: Any) -> None:
        result = self.counted(max(0, users))
        self.stdout.write(_json_of(result) if json else "\n".join(lines(result)))
        if plot:
            self.draw(result, plot, quiet=json)

    def counted(self, users: int) -> Report:
        """Counts, showing how far it is."""
        with tqdm(total=STEPS, unit="step", disable=None, leave=False) as bar:

            def step(about: str) -> None:
                bar.set_description(about)
                bar.update()

            return report(users=users, step=step)

    def draw(self, result: Report, path: Path, *, quiet: bool) -> None:
        try:
            plot(result, path)
        except NoMatplotlib:
            raise CommandError(
                "--plot needs matplotlib: pip install matplotlib (requirements-dev.txt has it)"
            ) from None
        if not quiet:
            self.stdout.write(f"drawn: {path}")


def _json_of(result: Report) -> str:
    return json.dumps(as_json(result), indent=2)


def lines(result: Report) -> list[str]:
    """The report for people."""
    return [
        *_table([result.total, *result.kinds]),
        "",
        *_table(result.users),
        "",
        *(f"{name:<14} {count:>9} renditions {readable(size):>10}" for name, count, size in result.renditions),
        "",
        _served(result),
        _orphans(result),
    ]


def _table(tallies: list[Tally]) -> list[str]:
    rows = [_HEAD, *(_cells(one) for one in tallies)]
    return [f"{row[0]:<30}" + "".join(f"{cell:>11}" for cell in row[1:]) for row in rows]


def _cells(one: Tally) -> tuple[str, ...]:
    sizes = [readable(size) for size in (one.original_bytes, one.stored_bytes, one.saved_bytes)]
    return (one.name, str(one.originals), *sizes, str(one.renditions), readable(one.rendition_bytes))


def _served(result: Report) -> str:
    served = result.served
    if not served.mean:
        return "served per photo: no photos yet"
    middle = f"median {readable(served.median or 0)}, 95% within {readable(served.p95 or 0)}"
    share = f"{served.mean / ESTIMATE:.0%} of the estimate of {readable(ESTIMATE)}"
    return f"served per photo: {readable(served.mean)} on average ({middle}), {share}; {served.photos} photos"


def _orphans(result: Report) -> str:
    one = result.orphans
    parts = (
        f"originals released {readable(one.released)}, never attached {readable(one.never_attached)}, "
        f"of no media {readable(one.unowned)}; renditions {readable(one.renditions)}"
    )
    return (
        f"shown nowhere: {readable(sum(one))}, {result.orphaned_share:.1%} of {readable(result.stored_bytes)} ({parts})"
    )
