"""Addresses of search, explore and suggestions, below `/v1/`."""

from typing import Any

from django.urls import path

from search.explore.views import ExploreViewSet
from search.suggestions.views import SuggestionsViewSet
from search.views import SearchViewSet

urlpatterns: list[Any] = [
    path("search", SearchViewSet.as_view({"get": "list"}), name="search"),
    path("explore", ExploreViewSet.as_view({"get": "list"}), name="explore"),
    path("suggestions", SuggestionsViewSet.as_view({"get": "list"}), name="suggestions"),
    path("suggestions/<str:username>", SuggestionsViewSet.as_view({"delete": "destroy"}), name="suggestion"),
]
