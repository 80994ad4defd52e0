"""Lower limits for accounts that are new: what spam needs much of.

They come on top of `api.throttles.RATES`, are counted in the same way, and fail open without Redis. Moderators are
exempt: they may be new, too.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from api.problems import Problem
from api.throttles import Rate, take, uncount

if TYPE_CHECKING:
    from rest_framework.views import APIView

HOUR, DAY = 3600, 86400


@dataclass(frozen=True)
class Limits:
    """What an account younger than `age` may do, in an hour and in a day."""

    age: timedelta
    follows: tuple[int, int]
    comments: tuple[int, int]
    posts: tuple[int, int]
    reports: tuple[int, int]
    mentions: tuple[int, int]


# Defaults, for PYSTAGRAM_NEW_ACCOUNT_PERCENT = 100: what somebody may do on a first day who has friends here already.
LIMITS = {
    "first_day": Limits(timedelta(days=1), (40, 100), (20, 60), (10, 20), (5, 15), (20, 50)),
    "first_week": Limits(timedelta(days=7), (80, 300), (60, 300), (20, 60), (10, 40), (60, 200)),
}
ACTIONS = ("follows", "comments", "posts", "reports", "mentions")


def allowed(limits: Limits, action: str) -> tuple[int, int]:
    """How often in an hour and in a day, as PYSTAGRAM_NEW_ACCOUNT_PERCENT has it; at least once."""
    percent = settings.NEW_ACCOUNT_PERCENT
    hour, day = (max(1, number * percent // 100) for number in getattr(limits, action))
    return hour, day


def facts() -> dict[str, Any]:
    """The limits, for clients; null where there are none."""
    is_on = settings.NEW_ACCOUNT_PERCENT > 0
    return {
        name: {
            "younger_than_seconds": int(limits.age.total_seconds()),
            **{
                one: dict(zip(("hour", "day"), allowed(limits, one) if is_on else (None, None), strict=True))
                for one in ACTIONS
            },
        }
        for name, limits in LIMITS.items()
    }


def limits_of(person: Any) -> Limits | None:
    """The limits that hold for this person; None for accounts that are older, and for moderators."""
    if not settings.NEW_ACCOUNT_PERCENT or not person.is_authenticated or person.is_staff:
        return None
    age = timezone.now() - person.created_at
    return next((limits for limits in LIMITS.values() if age < limits.age), None)


class NewAccountThrottle(BaseThrottle):
    """Counts what the view names in `new_account_limits`; refuses with 429 and `Retry-After`.

    What is refused afterwards, for whatever reason, is given back by `forget_refused`.
    """

    remaining_seconds: float | None = None

    def allow_request(self, request: Request, view: "APIView") -> bool:
        action = getattr(view, "new_account_limits", {}).get(getattr(view, "action", None))
        limits = limits_of(request.user) if action is not None else None
        if action is None or limits is None:
            return True
        self.remaining_seconds = _count(request, action, limits, 1)
        return self.remaining_seconds is None

    def wait(self) -> float | None:
        return self.remaining_seconds


def forget_refused(request: Request, action: str) -> None:
    """Takes back what the throttle counted: nothing was followed, said, shared or reported."""
    scopes = {f"new_{action}_{window}" for window in ("hour", "day")}
    uncount(request._request, scopes, f"u{request.user.pk}")


def count_mentions(request: Request, names: Iterable[str]) -> None:
    """Counts the people whom a new account names in a text. `throttled` beyond the limit."""
    number, limits = len(set(names)), limits_of(request.user)
    if number and limits is not None:
        wait = _count(request, "mentions", limits, number)
        if wait is not None:
            raise Problem("throttled", "New accounts may name fewer people", retry_after=int(wait) + 1)


def _count(request: Request, action: str, limits: Limits, number: int) -> float | None:
    """Counts the hour, then the day; the seconds until the window that is full ends, None if both have room.

    What the hour refuses is not counted in the day: otherwise of many requests at once one that the hour lets through
    could find the day full of those that it refused.
    """
    for limit, seconds, name in zip(allowed(limits, action), (HOUR, DAY), ("hour", "day"), strict=True):
        scope = f"new_{action}_{name}"
        left, wait = take(request._request, scope, Rate(limit, seconds), f"u{request.user.pk}", number)
        if left is not None and left < 0:
            return wait
    return None
