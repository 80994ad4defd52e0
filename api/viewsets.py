"""What the views of `/v1` share: who asks, the body, the throttle scope, the shape of the answer, pages."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from rest_framework import serializers, status
from rest_framework.permissions import SAFE_METHODS, AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

if TYPE_CHECKING:
    from django.contrib.auth.models import _User  # the type of AUTH_USER_MODEL, which this app may not import


class NoInput(serializers.Serializer[Any]):
    """A request without a body."""


class BaseViewSet(GenericViewSet[Any]):
    """A view of `/v1` that needs a log-in. Reads and writes count against different rate limits."""

    serializer_class: Any = NoInput
    throttle_scopes: Mapping[str, str] = {}
    """Action -> scope of `api.throttles.RATES`, where it is neither `default` (reads) nor `write`."""

    @property
    def throttle_scope(self) -> str:
        usual = "default" if self.request.method in SAFE_METHODS else "write"
        return self.throttle_scopes.get(self.action or "", usual)

    @property
    def me(self) -> "_User":
        """Who asks. The permission classes let nobody else than a person with a log-in through."""
        assert self.request.user.is_authenticated
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


class OpenViewSet(BaseViewSet):
    """A view that needs no log-in and reads no credentials, so that a stale token cannot stand in the way.

    There is no `me`. Each such address is listed with its reason in `OPEN_WITHOUT_LOG_IN` of the architecture tests.
    """

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]

    def get_authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="pystagram"'

    def get_serializer_context(self) -> dict[str, Any]:
        return dict(super(BaseViewSet, self).get_serializer_context())
