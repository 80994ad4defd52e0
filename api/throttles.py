"""Rate limits, counted atomically in Redis; without Redis they fail open.

A view names its limits by `throttle_scope`; the rates stand in one table. Each request counts against its person (or,
before log-in, its address).
"""

import ipaddress
import re
import time
from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import redis
from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from api.load_shedding import CircuitBreaker
from api.problems import Problem
from api.redis import counters
from api.wsgi.uploads import left_for_admitted

if TYPE_CHECKING:
    from rest_framework.views import APIView  # which loads the throttles itself


@dataclass(frozen=True)
class Rate:
    """At most `limit` requests in a window of `seconds`."""

    limit: int
    seconds: int


RATES: dict[str, Rate] = {
    "default": Rate(1500, 300),
    "register": Rate(30, 3600),
    "username": Rate(120, 3600),
    "log_in": Rate(30, 300),
    "mail": Rate(20, 3600),
    "upload": Rate(600, 3600),
    "write": Rate(600, 300),
    "search": Rate(300, 60),
    "report": Rate(100, 3600),
    "appeal": Rate(20, 3600),
}
_WITH_PORT = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\](?::\d{1,5})?|([0-9.]+):\d{1,5})")  # as some proxies write it
redis_breaker = CircuitBreaker(seconds=2)
_COUNT = """
local count = redis.call('INCRBY', KEYS[1], ARGV[2])
if count == tonumber(ARGV[2]) then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return count
"""


def address_of(request: Request | HttpRequest) -> str:
    """The client's address, as `address_in` finds it."""
    return address_in(request.META)


def address_in(environ: Mapping[str, Any]) -> str:
    """The client's address; `X-Forwarded-For` counts only as far as proxies of ours wrote it.

    An IPv6 address stands for its /64, which is what one household or server has. Empty if there is none.
    """
    proxies = settings.TRUSTED_PROXIES
    forwarded = [part.strip() for part in environ.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    named = forwarded[-proxies] if proxies and len(forwarded) >= proxies else ""
    return _place_of(named) or _place_of(str(environ.get("REMOTE_ADDR", "")))


def _place_of(text: str) -> str:
    """The address in `203.0.113.9`, `203.0.113.9:51234`, `[2001:db8::1]:443` and the like; empty if there is none."""
    with_port = _WITH_PORT.fullmatch(text)
    try:
        address = ipaddress.ip_address(with_port[1] or with_port[2] if with_port else text)
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False).network_address)


def _key(scope: str, rate: Rate, who: str, began: int) -> str:
    return f"rate:{scope}:{who}:{began // rate.seconds}"


def _count(key: str, seconds: int, number: int) -> int | None:
    """Counts so many more; None if Redis is away. A silent one is asked again after 2 seconds, not by each request."""
    if redis_breaker.is_open():
        return None
    try:
        return int(counters().eval(_COUNT, 1, key, seconds, number))
    except redis.RedisError:
        redis_breaker.trip()
        return None


class PerPersonThrottle(BaseThrottle):
    """Counts a request under its view's scope; refuses with 429 and `Retry-After`."""

    remaining_seconds: float | None = None

    def allow_request(self, request: Request, view: "APIView") -> bool:
        scope = getattr(view, "throttle_scope", "default")
        who = f"u{request.user.pk}" if request.user.is_authenticated else f"a{address_of(request)}"
        left, self.remaining_seconds = take(request._request, scope, RATES[scope], who)
        return left is None or left >= 0

    def wait(self) -> float | None:
        return self.remaining_seconds


def count_page(request: HttpRequest, scope: str) -> None:
    """Counts a request of a page outside `/v1/` for its address. `throttled` beyond the scope's limit."""
    left, seconds = take(request, scope, RATES[scope], f"a{address_of(request)}")
    if left is not None and left < 0:
        raise Problem("throttled", retry_after=int(seconds or 0) + 1)


def take(request: HttpRequest, scope: str, rate: Rate, who: str, number: int = 1) -> tuple[int | None, float | None]:
    """So many of this scope: how many are left (negative: too few were), and seconds until there are new ones.

    (None, None) where nothing is counted. Notes both for `rate_headers`.
    """
    began = int(time.time()) // rate.seconds * rate.seconds
    count = _count(_key(scope, rate, who, began), rate.seconds, number) if settings.RATE_LIMITS else None
    if count is None:
        return None, None
    left, ends_at = rate.limit - count, began + rate.seconds
    counted = [*_counted(request), (scope, rate, max(0, left), ends_at)]
    request.rate_limits = counted  # type: ignore[attr-defined]  # ours, for RateLimit headers
    left_for_admitted(request.META)["rate_limits"] = counted
    return left, ends_at - time.time()


def uncount(request: HttpRequest, scopes: Container[str], who: str) -> None:
    """Takes back what `take` counted of these scopes for a request that came to nothing, for `rate_headers`, too."""
    kept = []
    for scope, rate, left, ends_at in _counted(request):
        if scope in scopes:
            count = _count(_key(scope, rate, who, ends_at - rate.seconds), rate.seconds, -1)
            left = left if count is None else max(0, rate.limit - count)
        kept.append((scope, rate, left, ends_at))
    request.rate_limits = kept  # type: ignore[attr-defined]  # ours, for RateLimit headers


def used_up(request: HttpRequest) -> str:
    """Which limits of the request that was just counted have nothing left, for developers to read."""
    names = [
        f"{scope} ({rate.limit} in {rate.seconds} seconds)" for scope, rate, left, _ in _counted(request) if not left
    ]
    return f"Used up: {', '.join(names)}" if names else ""


def _counted(request: Any) -> list[tuple[str, Rate, int, int]]:
    """What this request counted so far: scope, rate, how many are left, the end of the window in seconds."""
    counted = getattr(request, "rate_limits", None) or left_for_admitted(request.META).get("rate_limits", [])
    return list(counted)


def rate_headers(request: Any) -> dict[str, str]:
    """`RateLimit` and `RateLimit-Policy` of the request that was just counted, if it was: lists, one item a limit."""
    counted, now = _counted(request), time.time()
    if not counted:
        return {}
    seconds = [max(0, int(ends_at - now) + 1) for *_, ends_at in counted]
    return {
        "RateLimit": ", ".join(
            f'"{scope}";r={left};t={reset}' for (scope, _, left, _), reset in zip(counted, seconds, strict=True)
        ),
        "RateLimit-Policy": ", ".join(f'"{scope}";q={rate.limit};w={rate.seconds}' for scope, rate, *_ in counted),
    }
