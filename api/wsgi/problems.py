"""Problems that are told before Django sees the request, with what every answer carries."""

import json
import logging
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from api.correlation import acceptable
from api.metrics import REFUSED
from api.problems import CATALOGUE, CONTENT_TYPE, body_of

StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]
logger = logging.getLogger("pystagram.access")


def refuse(
    environ: dict[str, Any], start_response: StartResponse, code: str, detail: str, *, retry_after: int | None = None
) -> list[bytes]:
    """Answers with the problem; `retry_after` in seconds. Pages of any origin may read it: it is about nobody."""
    status = HTTPStatus(CATALOGUE[code][0])
    body = json.dumps(body_of(code, detail)).encode()
    request_id = acceptable(environ.get("HTTP_X_REQUEST_ID", ""))
    headers = [
        ("Content-Type", CONTENT_TYPE),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Request-Id", request_id),
        ("Access-Control-Allow-Origin", "*"),
        ("Access-Control-Expose-Headers", "Retry-After, X-Request-Id"),
    ]
    if retry_after is not None:
        headers.append(("Retry-After", str(retry_after)))
    REFUSED.labels(code).inc()
    logger.warning("refused before it was read: %s %s", status.value, code, extra={"status": status.value})
    start_response(f"{status.value} {status.phrase}", headers)
    return [body]
