"""`Idempotency-Key` of a request: a retry of a POST gets the first answer (api/models.py:KeyedQuerySet)."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from rest_framework.request import Request

from api.models import MAX_KEY_LENGTH
from api.problems import Invalid


def key_of(request: Request) -> str | None:
    """The request's key, or None. A key is 1-255 printable ASCII characters."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not (1 <= len(key) <= MAX_KEY_LENGTH and key.isascii() and key.isprintable()):
        raise Invalid("Idempotency-Key", "invalid", f"1 to {MAX_KEY_LENGTH} printable ASCII characters")
    return key


def hash_of(data: Mapping[str, Any]) -> str:
    """A hash of a validated body, the same for the same meaning."""
    return hashlib.sha256(json.dumps(data, sort_keys=True, default=str).encode()).hexdigest()
