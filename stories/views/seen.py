"""Seen marks, and who has seen one's stories."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from api.ids import settled_moment
from api.pagination import NewerPages
from api.viewsets import BaseViewSet
from stories import actions
from stories.models import Seen, Story
from stories.permissions import ChangedByItsAuthor
from stories.serializers import SeenIdsSerializer, SeenInput, SeenSerializer, ViewerSerializer


class SeenViewSet(BaseViewSet):
    """That one has seen a story."""

    output = SeenSerializer

    @extend_schema(operation_id="mark_story_seen")
    def update(self, request: Request, story_id: int) -> Response:
        """Mark a story as seen.

        The first time counts. Your own stories are not recorded.
        """
        story = get_object_or_404(Story.objects.visible_to(self.me), pk=story_id)
        actions.mark_seen(viewer=self.me, story_ids=[story.pk])
        return self.answer({"seen": True})


class SeenBatchViewSet(BaseViewSet):
    """That one has seen several stories."""

    inputs = {"update": SeenInput}
    output = SeenIdsSerializer

    @extend_schema(operation_id="mark_stories_seen")
    def update(self, request: Request) -> Response:
        """Mark stories as seen.

        Expired, hidden and unknown ones are passed over; the answer names the others.
        """
        seen = actions.mark_seen(viewer=self.me, story_ids=self.validated()["ids"])
        return self.answer({"seen": seen})


class ViewersViewSet(BaseViewSet):
    """Who has seen one's story, current or expired."""

    output = ViewerSerializer
    pagination_class = NewerPages
    permission_classes = [IsAuthenticated, ChangedByItsAuthor]
    author_alone = True
    lookup_url_kwarg = "story_id"

    def get_queryset(self) -> QuerySet[Story]:
        return Story.objects.readable_by(self.me)

    def list(self, request: Request, story_id: int) -> Response:
        """Who has seen my story.

        The last to see it first. For the author alone; without people who blocked you, whom you blocked, or who
        are away.
        """
        self.seen = Seen.objects.visible_to(self.me).filter(story=self.get_object())
        return self.paginated(self.seen.for_display())

    def settled(self, rows: Sequence[Seen], *, more: bool) -> int:
        """Many see it at once, and their rows are numbered before their commits: the newest that is a minute old."""
        moment = settled_moment()
        on_page = next((row.pk for row in rows if row.seen_at < moment), None)
        if on_page is not None or not more:
            return on_page or 0
        return self.seen.newest_before(moment)
