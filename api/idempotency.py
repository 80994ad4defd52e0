"""`Idempotency-Key`: a retry of a POST gets the first answer.

The key is a unique column of the row that it created, together with a hash of the body. So a retry renders that row
again, another body under the same key is a 422, and nothing has to be kept beside the row itself. The scheduler
clears keys after 24 hours.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from rest_framework.request import Request

from api.models import MAX_KEY_LENGTH, Keyed
from api.problems import Invalid, Problem

Row = TypeVar("Row", bound=Keyed)


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


def same_or_422(row: Row, body_hash: str) -> Row:
    """The row an earlier request with this key made, if the body was the same."""
    if row.idempotency_hash != body_hash:
        raise Problem("key_reused")
    return row


def insert_once(row: Row) -> bool:
    """Inserts a new row; False if its key is taken. Other broken constraints raise `IntegrityError`."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            return True
    except IntegrityError:
        if row.idempotency_key is None:
            raise
        return False
