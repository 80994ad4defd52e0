"""A file that marks a folder as the one where media are kept.

A volume that is not mounted leaves an empty folder at the same path. What is written into it is hidden by the next
mount, so nothing is written where the mark is missing.
"""

from pathlib import Path

from api.file_ownership import inherit_owner

MARKER = ".pystagram-media"
_TEXT = "Media of pystagram are kept in this folder. Without this file nothing is written into it.\n"


def is_marked(root: Path) -> bool:
    return (root / MARKER).is_file()


def mark(root: Path) -> None:
    """Makes the folder if need be. Raises OSError."""
    if not root.exists():
        root.mkdir(parents=True, exist_ok=True)
        inherit_owner(root)
    (root / MARKER).write_text(_TEXT)
    inherit_owner(root / MARKER)
