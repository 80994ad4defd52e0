"""Recording facts."""

from typing import Any

from django.db import transaction

from api.correlation import current_request_id
from events.models import Fact


def record(name: str, **payload: Any) -> None:
    """Writes down that `name` happened, in the caller's transaction: it is known if and only if that commits.

    `payload` are the ids it is about (JSON values). What follows from it is said in `pystagram/wiring.py`.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(
            f"events.record({name!r}) outside a transaction: the fact could outlive its cause, or be lost"
        )
    Fact.objects.create(name=name, payload=payload, request_id=current_request_id())
