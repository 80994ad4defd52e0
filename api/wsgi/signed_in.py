"""Telling the server whose credentials were found good, so that it can share out its threads between people."""

from collections.abc import Mapping
from typing import Any

SIGNED_IN = "pystagram.signed_in"  # a key of the environ that no header can set: takes the person's id


def note_signed_in(environ: Mapping[str, Any], person_id: int) -> None:
    """Says so to a server that wants to know."""
    if SIGNED_IN in environ:
        environ[SIGNED_IN](person_id)
