"""Exports of a person's data and imports of archives, as rows."""

from portability.models.exports import Export, ExportPart
from portability.models.imports import Import, ImportItem

__all__ = ["Export", "ExportPart", "Import", "ImportItem"]
