"""Stories, who has seen them, and highlights."""

from .highlights import Highlight, HighlightItem
from .stories import Seen, Story

__all__ = ["Highlight", "HighlightItem", "Seen", "Story"]
