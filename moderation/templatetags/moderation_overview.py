"""What the start page of the admin says about moderation."""

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils import timezone

from api.ids import id_at
from moderation.models import Appeal, Case

register = template.Library()
MAX_SHOWN = 5000  # open cases and appeals that are looked at; beyond them, "more than"
DAYS = 14
WIDTH, HEIGHT = 560, 120  # of the plot, in its own units


@register.inclusion_tag("moderation/workbench/overview.html")
def moderation_overview() -> dict[str, Any]:
    """How many cases wait, how long, how severe; and what came and went in the last two weeks."""
    now = timezone.now()
    opened = list(Case.objects.open().in_queue_order().values_list("opened_at", "severity")[:MAX_SHOWN])
    appeals = list(Appeal.objects.open().values_list("created_at", flat=True)[:MAX_SHOWN])
    days = [(now - timedelta(days=ago)).date() for ago in reversed(range(DAYS))]
    came, went = _by_day(now)
    return {
        "open": len(opened),
        "is_cut": len(opened) == MAX_SHOWN,
        "severe": sum(severity >= 4 for _, severity in opened),
        "ages": _ages(now, [moment for moment, _ in opened]),
        "appeals": len(appeals),
        "oldest_appeal": min(appeals, default=None),
        "bars": _bars(days, came, went),
        "width": WIDTH,
        "height": HEIGHT,
    }


def _ages(now: datetime, moments: list[datetime]) -> list[tuple[str, int]]:
    hours = [(now - moment) / timedelta(hours=1) for moment in moments]
    groups = [("an hour", 0, 1), ("a day", 1, 24), ("a week", 24, 168), ("longer", 168, float("inf"))]
    return [(name, sum(low <= age < high for age in hours)) for name, low, high in groups]


def _by_day(now: datetime) -> tuple[dict[Any, int], dict[Any, int]]:
    """Cases opened and closed by day; both are ranges of an index (ids are in the order of time)."""
    since = now - timedelta(days=DAYS)
    opened = Case.objects.filter(pk__gte=id_at(since)).annotate(day=TruncDate("opened_at"))
    closed = Case.objects.filter(closed_at__gte=since).annotate(day=TruncDate("closed_at"))
    came, went = (
        dict(rows.order_by().values("day").annotate(number=Count("pk")).values_list("day", "number"))
        for rows in (opened, closed)
    )
    return came, went


def _bars(days: list[Any], came: dict[Any, int], went: dict[Any, int]) -> list[dict[str, Any]]:
    """Two bars a day, with their places in the plot."""
    most = max([1, *came.values(), *went.values()])
    step = WIDTH / len(days)
    bars = []
    for place, day in enumerate(days):
        for shift, name, counts in ((0.1, "opened", came), (0.5, "decided", went)):
            number = counts.get(day, 0)
            height = round(number / most * (HEIGHT - 20))
            left = round((place + shift) * step, 1)
            bars.append({
                "x": left, "y": HEIGHT - 16 - height, "width": round(step * 0.36, 1), "height": height, "name": name,
                "number": number, "day": day,
            })  # fmt: skip
    return bars
