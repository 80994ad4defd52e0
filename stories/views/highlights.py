"""Highlights: make, read, change, undo."""

from typing import Any, cast

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from api.idempotency import hash_of, key_of
from api.pagination import NewerPages
from api.viewsets import BaseViewSet
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


class HighlightViewSet(BaseViewSet):
    """A highlight by its id. Hidden from you and absent are the same 404."""

    permission_classes = [IsAuthenticated, ChangedByItsOwner]
    lookup_value_converter = "id"
    takes_idempotency_key = True
    inputs = {"create": HighlightInput, "partial_update": HighlightInput}
    output = HighlightDetailSerializer
    outputs = {"list": HighlightSerializer}
    pagination_class = NewerPages
    error_codes = {"create": ["highlight_cap"]}

    def get_queryset(self) -> QuerySet[Highlight]:
        return Highlight.objects.visible_to(self.me)

    def answer(self, row: Highlight) -> Response:
        """The highlight as it is shown, read anew after a change."""
        return super().answer(Highlight.objects.for_display(self.me).get(pk=row.pk))

    @extend_schema(operation_id="list_my_highlights")
    def list(self, request: Request) -> Response:
        """My highlights.

        Newest first, also empty ones.
        """
        return self.paginated(Highlight.objects.owned_by(self.me).for_display(self.me))

    def create(self, request: Request) -> Response:
        """Make a highlight.

        Of 1-100 of your stories, current or expired. At most 100 highlights (`highlight_cap`).
        """
        body = self.validated()
        keyed: dict[str, Any] = {"idempotency_key": key_of(request), "idempotency_hash": hash_of(body)}
        highlight = actions.make_highlight(owner=self.me, **body, **keyed)
        return self.created(f"/v1/highlights/{highlight.pk}", highlight)

    def retrieve(self, request: Request, pk: int) -> Response:
        """Read a highlight."""
        return self.answer(self.get_object())

    @extend_schema(examples=[examples.RECOLLECT, examples.HIGHLIGHT_IN_DETAIL])
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change a highlight.

        What is absent stays. `stories` is the whole list in its new order: one call adds, removes and reorders.
        `cover` is one of them, a photo of yours, or null for the first story.
        """
        highlight = self.get_object()
        changes = cast(actions.HighlightChanges, self.validated(partial=True))
        return self.answer(actions.change_highlight(highlight=highlight, changes=changes))

    def destroy(self, request: Request, pk: int) -> Response:
        """Delete a highlight.

        Its stories stay.
        """
        actions.delete_highlight(highlight=self.get_object())
        return self.done()


class HighlightStoriesViewSet(BaseViewSet):
    """What a highlight shows, whether or not it has expired elsewhere."""

    output = HighlightStorySerializer
    page_field = "position"
    page_ascending = True

    def list(self, request: Request, highlight_id: int) -> Response:
        """Stories of a highlight.

        In its owner's order.
        """
        highlight = get_object_or_404(Highlight.objects.visible_to(self.me), pk=highlight_id)
        return self.paginated(highlight.items.visible_to(self.me).for_display())


class PersonHighlightsViewSet(BaseViewSet):
    """What somebody keeps showing."""

    tag = "highlights"
    output = HighlightSerializer
    pagination_class = NewerPages

    def list(self, request: Request, username: str) -> Response:
        """Somebody's highlights.

        Newest first. 404 for a private account that has not accepted you.
        """
        person = lists_visible_or_404(self.me, username)
        highlights = Highlight.objects.visible_to(self.me).filter(owner=person.pk)
        return self.paginated(highlights.for_display(self.me))
