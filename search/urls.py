"""Addresses of search, explore and suggestions, below `/v1/`."""

from typing import Any

urlpatterns: list[Any] = []
