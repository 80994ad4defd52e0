"""What the views of people's own rooms share: who asks, input and output shapes, pages."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers, status
from rest_framework.permissions import SAFE_METHODS
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.models import User


class NoInput(serializers.Serializer[Any]):
    """A request without a body."""


class Room(GenericViewSet[Any]):
    """Writes count against a limit of their own; what is shown is shown to the viewer."""

    serializer_class: Any = NoInput

    @property
    def throttle_scope(self) -> str:
        return "default" if self.request.method in SAFE_METHODS else "write"

    @property
    def me(self) -> User:
        """Who asks; every endpoint of this room needs a log-in."""
        assert isinstance(self.request.user, User)
        return self.request.user

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "viewer": self.me}

    def validated(self, **options: Any) -> dict[str, Any]:
        """The body, through the action's input serializer; a 400 if it does not fit."""
        body = self.get_serializer(data=self.request.data, **options)
        body.is_valid(raise_exception=True)
        return dict(body.validated_data)

    def shown(self, shape: type[Any], row: Any) -> dict[str, Any]:
        """One row in its output shape. A plain dict, so that the browsable API does not make a form of it."""
        return dict(shape(row, context=self.get_serializer_context()).data)

    def created(self, address: str, response: Response) -> Response:
        """The answer to a POST that made a row: 201, and where the row is."""
        response.status_code = status.HTTP_201_CREATED
        response["Location"] = address
        return response

    def page(self, shape: type[Any], rows: QuerySet[Any]) -> Response:
        """A cursor page of rows in their output shape."""
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(shape(page, many=True, context=self.get_serializer_context()).data)
