import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from api.maintenance import MaintenanceCommand
from operations.transparency.plot import CHARTS, svg_of
from operations.transparency.report import transparency
from operations.transparency.rounding import as_json

DAYS = 30


class Command(MaintenanceCommand):
    help = (
        "Says what was reported, decided, appealed and refused automatically in a period: a transparency report. It "
        "names nobody, and hides numbers below 5 unless --exact. Changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="begins", type=date.fromisoformat, metavar="DAY", help="its first day, UTC")
        parser.add_argument("--to", dest="ends", type=date.fromisoformat, metavar="DAY", help="the day after its last")
        parser.add_argument("--plot", type=Path, metavar="FILE", help="also draw it, as an SVG")
        parser.add_argument("--json", action="store_true", help="as JSON")
        parser.add_argument("--exact", action="store_true", help="all numbers as they are: not to be published")

    def handle(
        self,
        *,
        begins: date | None,
        ends: date | None,
        plot: Path | None,
        json: bool,
        exact: bool,
        **options: Any,
    ) -> None:
        last = ends or timezone.now().date() + timedelta(days=1)
        first = begins or last - timedelta(days=DAYS)
        if first >= last:
            raise CommandError("--from has to be before --to")
        found = as_json(transparency(begins=_start_of(first), ends=_start_of(last)), exact=exact)
        self.stdout.write(_json_of(found) if json else "\n".join(lines(found)))
        if plot:
            plot.write_text(svg_of(found))
            if not json:
                self.stdout.write(f"drawn: {plot}")


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def _json_of(found: dict[str, Any]) -> str:
    return json.dumps(found, indent=2)


def lines(found: dict[str, Any]) -> list[str]:
    """The report for people."""
    result = [f"{found['begins']} to {found['ends']} (the last day is not in it)"]
    for name, title in CHARTS.items():
        result += ["", title, *(f"  {key.replace('_', ' '):<34}{number:>10}" for key, number in found[name].items())]
        result += [] if found[name] else ["  none"]
    return [
        *result,
        "",
        f"reports that led to action: {found['reports_led_to_action']}",
        f"cases closed: {found['cases_closed']}, median {_hours(found['hours_to_decision'])} from the first report",
        f"appeals: median {_hours(found['hours_to_appeal'])} to their decision",
        f"accounts made: {found['registrations']}",
        *(f"incomplete: {what}" for what in found["incomplete"]),
    ]


def _hours(hours: float | None) -> str:
    return "unknown" if hours is None else f"{hours:.1f} hours"
