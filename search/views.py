"""`GET /v1/search`: one address, one module for each kind of thing."""

import hashlib
from typing import Any

from drf_spectacular.utils import (
    OpenApiParameter,
    PolymorphicProxySerializer,
    extend_schema,
    extend_schema_serializer,
)
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.examples import answered
from api.json_responses import json_page
from api.pagination import decode_position, encode_cursor, limit_of, page_response
from api.parameters import choice_in
from api.shapes import represent
from api.viewsets import BaseViewSet
from search.kinds import BEST, KINDS
from search.posts.query import check_length

DEFAULT_KIND = "posts"
MAX_RESULTS = 50


@extend_schema_serializer(
    many=False,
    component_name="SearchPage",
    examples=[
        answered(f"type={name}", {"results": [{**kind.example, "type": name}], "next": None})
        for name, kind in KINDS.items()
    ],
)
class SearchPageSerializer(serializers.Serializer[Any]):
    """What was found: people, tags, places or posts, as `type` asked."""

    results = PolymorphicProxySerializer(
        component_name="SearchResult",
        serializers={name: kind.shape for name, kind in KINDS.items()},
        resource_type_field_name="type",
        many=True,
    )
    next = serializers.CharField(allow_null=True, help_text="Pass it as `cursor` for the next page.")


class SearchViewSet(BaseViewSet):
    """Finds people, tags, places and posts."""

    output = SearchPageSerializer
    error_codes = {"list": ["invalid_query", "query_too_expensive"]}
    pagination_class = None
    throttle_scopes = {"list": "search"}

    @extend_schema(
        operation_id="search",
        parameters=[
            OpenApiParameter("q", str, required=True, description="What to look for; 200 characters at most."),
            OpenApiParameter("type", str, enum=list(KINDS), default=DEFAULT_KIND, description="The kind of thing."),
            OpenApiParameter("sort", str, enum=[BEST, "newest"], default=BEST, description="`newest`: posts only."),
            OpenApiParameter("cursor", str, description="`next` of the page before."),
            OpenApiParameter("limit", int, description=f"1 to {MAX_RESULTS}; 20 if it is not given."),
        ],
    )
    def list(self, request: Request) -> Response:
        """Search.

        One kind of thing at a time, as far as you may see it. Posts take a query language: words (all must be there;
        the last may be unfinished), `"a phrase"`, `-excluded`, `author:name`, `tag:name` or `#name`. A query that
        cannot be understood is a 400 `invalid_query` with the position in `errors`.
        """
        text, name = request.query_params.get("q", ""), choice_in(request, "type", KINDS, default=DEFAULT_KIND)
        kind = KINDS[name]
        order = choice_in(request, "sort", [BEST, *kind.orders], default=BEST)
        find = kind.in_order(order)
        check_length(text)
        limit = limit_of(request, most=MAX_RESULTS)
        scope = _scope(name, order, text)
        cursor = request.query_params.get("cursor")
        after = decode_position(scope, cursor) if cursor else None
        found = find(viewer=self.me, text=text, after=after, limit=limit)
        following = encode_cursor(scope, found.after) if found.after else None
        if all(isinstance(row, bytes) for row in found.rows):  # from cards
            return json_page(request, [_with_type(row, name) for row in found.rows], next=following)
        context = self.get_serializer_context()
        return page_response(request, [represent(kind.shape, row, context) for row in found.rows], following)


def _with_type(card: bytes, name: str) -> bytes:
    """A card with the member that its shape (`search.kinds.Kind.shape`) has in the last place."""
    return b'%b,"type":"%b"}' % (card[:-1], name.encode())


def _scope(kind: str, order: str, text: str) -> str:
    """A cursor belongs to one query in one order."""
    return f"search/{kind}/{order}/" + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
