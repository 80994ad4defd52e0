"""Whether this process answers, and whether requests can be served."""

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse

from api import redis as redis_roles
from media.actions.marking import is_mounted


def healthz(request: HttpRequest) -> JsonResponse:
    """This process answers; no server is checked."""
    return JsonResponse({"status": "ok", "version": settings.VERSION})


def readyz(request: HttpRequest) -> JsonResponse:
    """Whether requests can be served: PostgreSQL is needed; Redis and the folder of media are good to have."""
    checks = {"database": _database(), "redis": _redis(), "media": _media()}
    ready = checks["database"] == "ok"
    return JsonResponse({"status": "ok" if ready else "unavailable", **checks}, status=200 if ready else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception as error:  # whatever it is, the answer is the same
        return type(error).__name__
    return "ok"


def _media() -> str:
    try:
        return "ok" if is_mounted() else "not mounted"
    except (OSError, DatabaseError) as error:
        return type(error).__name__


def _redis() -> str:
    try:
        redis_roles.feeds().ping()
    except redis.RedisError as error:
        return type(error).__name__
    return "ok"
