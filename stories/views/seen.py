"""Seen marks, and who has seen one's stories."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from api.problem_schema import error_codes
from api.viewsets import BaseViewSet
from stories import actions, examples
from stories.models import Seen, Story
from stories.permissions import ChangedByItsAuthor
from stories.serializers import SeenIdsSerializer, SeenInput, SeenSerializer, ViewerSerializer

TAGS = ["stories"]


class SeenViewSet(BaseViewSet):
    """That one has seen a story."""

    @extend_schema(
        operation_id="mark_story_seen",
        summary="Mark a story as seen",
        description="The first time counts. Your own stories are not recorded.",
        parameters=[examples.STORY_ID_ABOVE],
        request=None,
        responses={200: SeenSerializer},
        examples=[examples.SEEN],
        tags=TAGS,
    )
    def update(self, request: Request, story_id: int) -> Response:
        story = get_object_or_404(Story.objects.visible_to(self.me), pk=story_id)
        actions.mark_seen(viewer=self.me, story_ids=[story.pk])
        return Response({"seen": True})


class SeenBatchViewSet(BaseViewSet):
    """That one has seen several stories."""

    serializer_class = SeenInput

    @extend_schema(
        operation_id="mark_stories_seen",
        summary="Mark stories as seen",
        description="Expired, hidden and unknown ones are passed over; the answer names the others.",
        request=SeenInput,
        responses={200: SeenIdsSerializer},
        examples=[examples.SEEN_SENT, examples.SEEN_IDS],
        tags=TAGS,
    )
    def update(self, request: Request) -> Response:
        seen = actions.mark_seen(viewer=self.me, story_ids=self.validated()["ids"])
        return Response({"seen": [str(pk) for pk in seen]})


class ViewersViewSet(BaseViewSet):
    """Who has seen one's story, current or expired."""

    serializer_class = ViewerSerializer
    permission_classes = [IsAuthenticated, ChangedByItsAuthor]
    author_alone = True
    lookup_url_kwarg = "story_id"

    def get_queryset(self) -> QuerySet[Story]:
        return Story.objects.readable_by(self.me)

    @extend_schema(
        summary="Who has seen my story",
        extensions=error_codes("permission_denied"),
        description="The last to see it first. For the author alone; without people "
        "who blocked you, whom you blocked, or who are away.",
        parameters=[examples.STORY_ID_ABOVE],
        responses={200: ViewerSerializer(many=True)},
        examples=[examples.VIEWERS_PAGE],
        tags=TAGS,
    )
    def list(self, request: Request, story_id: int) -> Response:
        seen = Seen.objects.visible_to(self.me).filter(story=self.get_object())
        return self.page(ViewerSerializer, seen.for_display())
