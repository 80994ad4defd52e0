"""What the views of `/v1` share: who asks, the body, the throttle scope, the shape of the answer, pages."""

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

from django.db.models import QuerySet
from rest_framework import serializers, status
from rest_framework.permissions import SAFE_METHODS, AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from api.etags import tag_by_bytes
from api.name_errors import Error
from api.negotiation import ContentNegotiation
from api.new_accounts import forget_refused
from api.problems import Problem
from api.shapes import represent
from api.strict import StrictHandling, unknown_members, unknown_parameters
from api.throttles import used_up

if TYPE_CHECKING:
    from django.contrib.auth.models import _User  # the type of AUTH_USER_MODEL, which this app may not import


class NoInput(serializers.Serializer[Any]):
    """A request without a body."""


class BaseViewSet(StrictHandling, GenericViewSet[Any]):
    """A view of `/v1` that needs a log-in.

    It declares what goes in and out; from this, the address and the docstrings `api.schema.Schema` describes it.
    """

    content_negotiation_class = ContentNegotiation
    inputs: Mapping[str, type[Any]] = {}
    """Action -> serializer of its body. An action that is not named takes none."""
    output: type[Any] | None = None
    """The serializer of what the actions answer with; of each row, if it is a list. None: 204 without a body."""
    outputs: Mapping[str, type[Any] | None] = {}
    """Action -> serializer, where it is not `output`."""
    error_codes: Mapping[str, Sequence[str]] = {}
    """Action -> codes of `api.problems.CATALOGUE` that do not follow from the operation's form."""
    tag = ""
    """The group of operations in the documents, if not the first word of the address."""
    throttle_scopes: Mapping[str, str] = {}
    """Action -> scope of `api.throttles.RATES`, where it is neither `default` (reads) nor `write`."""

    new_account_limits: Mapping[str, str] = {}
    """Action -> one of `api.new_accounts.ACTIONS`, of which accounts that are new may do less."""

    @property
    def throttle_scope(self) -> str:
        usual = "default" if self.request.method in SAFE_METHODS else "write"
        return self.throttle_scopes.get(self.action or "", usual)

    @property
    def me(self) -> "_User":
        """Who asks. The permission classes let nobody else than a person with a log-in through."""
        assert self.request.user.is_authenticated
        return self.request.user

    def get_serializer_class(self) -> type[Any]:
        """Of the body: what the browsable API makes a form of."""
        return self.inputs.get(self.action or "", NoInput)

    def get_object(self) -> Any:
        self.found = super().get_object()  # the browsable API asks what may be done with it
        return self.found

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "viewer": self.me}

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Of a read that has no entity tag of its own, the tag is that of its bytes."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        limited = self.new_account_limits.get(getattr(self, "action", None) or "")
        if limited and answer.status_code >= status.HTTP_400_BAD_REQUEST:
            forget_refused(request, limited)
        if request.method == "GET" and answer.status_code == status.HTTP_200_OK and isinstance(answer, Response):
            answer.add_post_render_callback(partial(tag_by_bytes, request))
        return answer

    def throttled(self, request: Request, wait: float | None) -> NoReturn:
        """429, with the limits that are used up."""
        raise Problem("throttled", used_up(request._request), retry_after=None if wait is None else math.ceil(wait))

    def unknown_names(self, request: Request) -> Iterator[Error]:
        yield from unknown_parameters(request)
        if self.action is not None:
            yield from unknown_members(request, self.get_serializer())

    def validated(self, **options: Any) -> dict[str, Any]:
        """The body, through the action's input serializer; a 400 if it does not fit."""
        body = self.get_serializer(data=self.request.data, **options)
        body.is_valid(raise_exception=True)
        return dict(body.validated_data)

    def represent(self, rows: Any, *, many: bool = False) -> Any:
        """A row (or rows) in the output shape, as plain data: the browsable API would make a form of a serializer's."""
        shape = self.outputs.get(self.action or "", self.output)
        assert shape is not None
        context = self.get_serializer_context()
        return [represent(shape, row, context) for row in rows] if many else represent(shape, rows, context)

    def answer(self, row: Any) -> Response:
        """200 with one row in the output shape."""
        return Response(self.represent(row))

    def created(self, address: str, row: Any) -> Response:
        """The answer to a POST that made a row: 201, the row, and where it is."""
        response = self.answer(row)
        response.status_code = status.HTTP_201_CREATED
        response["Location"] = address
        return response

    def done(self) -> Response:
        """204: it is so, and there is nothing to say about it."""
        return Response(status=status.HTTP_204_NO_CONTENT)

    def paginated(self, rows: QuerySet[Any], *, member: str = "") -> Response:
        """A cursor page of rows in the output shape; of the `member` of each row, if it is named."""
        page = self.paginate_queryset(rows) or []
        shown = [getattr(row, member) for row in page] if member else page
        return self.get_paginated_response(self.represent(shown, many=True))


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
