"""Asking before sending: how the server lets a view decide on a file before it is received.

The server calls the application twice: first with an empty body and `ANNOUNCED`, and the view checks all that can be
checked without the file; if its answer is `CONTINUE`, the file is received and the application is called with it and
`ADMITTED`. A server that knows nothing of this calls it once, with neither. Both are one dict, in which the first call
leaves what the second one needs.
"""

from collections.abc import Mapping
from typing import Any

ANNOUNCED, ADMITTED = "pystagram.announced", "pystagram.admitted"  # keys of the environ that no header can set
CONTINUE = 100
FRAMING_BYTES = 64 * 1024  # what a form around a file may take: boundaries, part headers and the alt text


def left_for_admitted(environ: Mapping[str, Any]) -> dict[str, Any]:
    """What the first call leaves for the second one. Of a request that is called once, nothing is kept."""
    left: dict[str, Any] = environ.get(ANNOUNCED, environ.get(ADMITTED, {}))
    return left


def is_announced(environ: Mapping[str, Any]) -> bool:
    """Whether the body is not here yet."""
    return ANNOUNCED in environ


def is_admitted(environ: Mapping[str, Any]) -> bool:
    """Whether this request has been checked and counted before its body was received."""
    return ADMITTED in environ
