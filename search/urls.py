"""Addresses of search, explore and suggestions, below `/v1/`."""

from typing import Any

from django.urls import path

from search.views.explore import ExploreViewSet
from search.views.search import SearchViewSet
from search.views.suggestions import SuggestionsViewSet

urlpatterns: list[Any] = [
    path("search", SearchViewSet.as_view({"get": "list"}), name="search"),
    path("explore", ExploreViewSet.as_view({"get": "list"}), name="explore"),
    path("suggestions", SuggestionsViewSet.as_view({"get": "list"}), name="suggestions"),
    path("suggestions/<str:username>", SuggestionsViewSet.as_view({"delete": "destroy"}), name="suggestion"),
]
