"""Serializers for output, made once for each thread.

Making the fields of a serializer takes longer than filling them: copies of what its class declares, and for a
`ModelSerializer` all that the model says of them.
"""

import threading
from collections.abc import Mapping
from typing import Any

_made = threading.local()


def represent(shape: type[Any], row: Any, context: Mapping[str, Any]) -> dict[str, Any]:
    """What `shape(row, context=context).data` is, as a plain dict. Not for a serializer that represents another by
    this function."""
    serializers: dict[Any, Any] = _made.__dict__
    serializer = serializers.get(shape)
    if serializer is None:
        serializer = serializers[shape] = shape()
    serializer._context = context
    try:
        return dict(serializer.to_representation(row))
    finally:
        serializer._context = {}
