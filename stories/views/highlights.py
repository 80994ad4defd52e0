"""Highlights: make, read, change, undo."""

from typing import Any, cast

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from api.idempotency import hash_of, key_of
from api.problem_schema import error_codes
from api.viewsets import BaseViewSet, NoInput
from social.people import lists_visible_or_404
from stories import actions, examples
from stories.models import Highlight
from stories.permissions import ChangedByItsOwner
from stories.serializers import (
    HighlightDetailSerializer,
    HighlightInput,
    HighlightSerializer,
    HighlightStorySerializer,
)

TAGS = ["highlights"]


class HighlightViewSet(BaseViewSet):
    """A highlight by its id. Hidden from you and absent are the same 404."""

    queryset = Highlight.objects.none()
    permission_classes = [IsAuthenticated, ChangedByItsOwner]
    lookup_value_converter = "id"
    takes_idempotency_key = True

    def get_queryset(self) -> QuerySet[Highlight]:
        return Highlight.objects.visible_to(self.me)

    def get_serializer_class(self) -> type[Any]:
        return HighlightInput if self.action in {"list", "create", "partial_update"} else NoInput

    def answer(self, highlight: Highlight) -> Response:
        row = Highlight.objects.for_display().get(pk=highlight.pk)
        return Response(self.shown(HighlightDetailSerializer, row))

    @extend_schema(
        operation_id="list_my_highlights",
        summary="My highlights",
        description="Newest first, also empty ones.",
        responses={200: HighlightSerializer(many=True)},
        examples=[examples.HIGHLIGHTS_PAGE],
        tags=TAGS,
    )
    def list(self, request: Request) -> Response:
        return self.page(HighlightSerializer, Highlight.objects.owned_by(self.me).for_display())

    @extend_schema(
        summary="Make a highlight",
        extensions=error_codes("highlight_cap"),
        description="Of 1-100 of your stories, current or expired. At most 100 highlights (`highlight_cap`).",
        request=HighlightInput,
        responses={201: HighlightDetailSerializer},
        examples=[examples.COLLECT, examples.HIGHLIGHT_SHOWN],
        tags=TAGS,
    )
    def create(self, request: Request) -> Response:
        body = self.validated()
        keyed: dict[str, Any] = {"idempotency_key": key_of(request), "idempotency_hash": hash_of(body)}
        highlight = actions.make_highlight(owner=self.me, **body, **keyed)
        return self.created(f"/v1/highlights/{highlight.pk}", self.answer(highlight))

    @extend_schema(
        summary="Read a highlight",
        parameters=[examples.HIGHLIGHT_ID],
        responses={200: HighlightDetailSerializer},
        examples=[examples.HIGHLIGHT_SHOWN],
        tags=TAGS,
    )
    def retrieve(self, request: Request, pk: int) -> Response:
        return self.answer(self.get_object())

    @extend_schema(
        summary="Change a highlight",
        extensions=error_codes("permission_denied"),
        description="What is absent stays. `stories` is the whole list in its new order: one call adds, removes and "
        "reorders. `cover` is one of them, a photo of yours, or null for the first story.",
        parameters=[examples.HIGHLIGHT_ID],
        request=HighlightInput,
        responses={200: HighlightDetailSerializer},
        examples=[examples.RECOLLECT, examples.HIGHLIGHT_SHOWN],
        tags=TAGS,
    )
    def partial_update(self, request: Request, pk: int) -> Response:
        highlight = self.get_object()
        changes = cast(actions.HighlightChanges, self.validated(partial=True))
        return self.answer(actions.change_highlight(highlight=highlight, changes=changes))

    @extend_schema(
        summary="Delete a highlight",
        extensions=error_codes("permission_denied"),
        description="Its stories stay.",
        parameters=[examples.HIGHLIGHT_ID],
        responses={204: None},
        tags=TAGS,
    )
    def destroy(self, request: Request, pk: int) -> Response:
        actions.delete_highlight(highlight=self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)


class HighlightStoriesViewSet(BaseViewSet):
    """What a highlight shows, whether or not it has expired elsewhere."""

    queryset = Highlight.objects.none()
    serializer_class = HighlightStorySerializer
    page_field = "position"
    page_ascending = True

    @extend_schema(
        summary="Stories of a highlight",
        description="In its owner's order.",
        parameters=[examples.HIGHLIGHT_ID_ABOVE],
        responses={200: HighlightStorySerializer(many=True)},
        examples=[examples.ITEMS_PAGE],
        tags=TAGS,
    )
    def list(self, request: Request, highlight_id: int) -> Response:
        highlight = get_object_or_404(Highlight.objects.visible_to(self.me), pk=highlight_id)
        return self.page(HighlightStorySerializer, highlight.items.live().for_display())


class PersonHighlightsViewSet(BaseViewSet):
    """What somebody keeps showing."""

    queryset = Highlight.objects.none()
    serializer_class = HighlightSerializer

    @extend_schema(
        summary="Somebody's highlights",
        description="Newest first. 404 for a private account that has not accepted you.",
        responses={200: HighlightSerializer(many=True)},
        examples=[examples.HIGHLIGHTS_PAGE],
        tags=TAGS,
    )
    def list(self, request: Request, username: str) -> Response:
        person = lists_visible_or_404(self.me, username)
        highlights = Highlight.objects.visible_to(self.me).filter(owner=person.pk)
        return self.page(HighlightSerializer, highlights.for_display())
