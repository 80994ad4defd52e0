"""Addresses of stories and highlights, below `/v1/`."""

from typing import Any

from django.urls import path
from rest_framework.routers import SimpleRouter

import api.converters  # noqa: F401 (gives `<id:…>` its meaning)
from stories import views

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("stories", views.StoryViewSet, "story")
router.register("highlights", views.HighlightViewSet, "highlight")

PUT: dict[str, Any] = {"put": "update"}
LIST: dict[str, Any] = {"get": "list"}

urlpatterns = [
    path("stories/seen", views.SeenBatchViewSet.as_view(PUT), name="stories-seen"),
    *router.urls,
    path("stories/<id:story_id>/seen", views.SeenViewSet.as_view(PUT), name="story-seen"),
    path("stories/<id:story_id>/viewers", views.ViewersViewSet.as_view(LIST), name="story-viewers"),
    path("highlights/<id:highlight_id>/stories", views.HighlightStoriesViewSet.as_view(LIST), name="highlight-stories"),
    path("users/<str:username>/stories", views.PersonStoriesViewSet.as_view(LIST), name="user-stories"),
    path("users/<str:username>/highlights", views.PersonHighlightsViewSet.as_view(LIST), name="user-highlights"),
    path("me/stories/archive", views.StoryArchiveViewSet.as_view(LIST), name="me-stories-archive"),
    path("me/stories/archive/months", views.ArchiveMonthsViewSet.as_view({"get": "months"}), name="me-stories-months"),
]
