"""The shapes of stories, the tray and highlights. No queries: `for_display` brought what they read."""

from stories.serializers.highlights import HighlightDetailSerializer, HighlightSerializer, HighlightStorySerializer
from stories.serializers.inputs import HighlightInput, SeenInput, StoryInput
from stories.serializers.months import MonthPageSerializer, MonthSerializer
from stories.serializers.stories import StorySerializer, TrayEntrySerializer, TrayStorySerializer
from stories.serializers.viewers import SeenIdsSerializer, SeenSerializer, ViewerSerializer

__all__ = [
    "HighlightDetailSerializer",
    "HighlightInput",
    "HighlightSerializer",
    "HighlightStorySerializer",
    "MonthPageSerializer",
    "MonthSerializer",
    "SeenIdsSerializer",
    "SeenInput",
    "SeenSerializer",
    "StoryInput",
    "StorySerializer",
    "TrayEntrySerializer",
    "TrayStorySerializer",
    "ViewerSerializer",
]
