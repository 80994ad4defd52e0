"""Stories, who has seen them, and highlights."""

from stories.models.highlights import Highlight, HighlightItem
from stories.models.stories import Seen, Story

__all__ = ["Highlight", "HighlightItem", "Seen", "Story"]
