"""Exporting a person's data."""

from portability.actions.exporting import build_part, prune_exports, request_export

__all__ = ["build_part", "prune_exports", "request_export"]
