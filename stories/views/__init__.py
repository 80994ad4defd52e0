"""Parse, call, answer."""

from .highlights import HighlightStoriesViewSet, HighlightViewSet, PersonHighlightsViewSet
from .lists import ArchiveMonthsViewSet, PersonStoriesViewSet, StoryArchiveViewSet
from .seen import SeenBatchViewSet, SeenViewSet, ViewersViewSet
from .stories import StoryViewSet

__all__ = [
    "ArchiveMonthsViewSet",
    "HighlightStoriesViewSet",
    "HighlightViewSet",
    "PersonHighlightsViewSet",
    "PersonStoriesViewSet",
    "SeenBatchViewSet",
    "SeenViewSet",
    "StoryArchiveViewSet",
    "StoryViewSet",
    "ViewersViewSet",
]
