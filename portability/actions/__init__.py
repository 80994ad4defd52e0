"""Exporting and importing a person's data."""

from portability.actions.exporting import build_part, prune_exports, request_export
from portability.actions.importing import advance_import, announce_import, prune_imports, start_import
from portability.actions.purging import purge_person

__all__ = [
    "advance_import",
    "announce_import",
    "build_part",
    "prune_exports",
    "prune_imports",
    "purge_person",
    "request_export",
    "start_import",
]
