"""Parse, call, answer."""

from stories.views.highlights import HighlightStoriesViewSet, HighlightViewSet, PersonHighlightsViewSet
from stories.views.lists import ArchiveMonthsViewSet, PersonStoriesViewSet, StoryArchiveViewSet
from stories.views.seen import SeenBatchViewSet, SeenViewSet, ViewersViewSet
from stories.views.stories import StoryViewSet

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
