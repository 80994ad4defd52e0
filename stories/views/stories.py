"""Stories: the tray, publishing, one by its id."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from api.idempotency import hash_of, key_of
from api.pagination import limit_of, page_response
from api.problem_schema import error_codes
from api.viewsets import BaseViewSet, NoInput
from stories import actions, examples, tray
from stories.models import Story
from stories.permissions import ChangedByItsAuthor
from stories.serializers import StoryInput, StorySerializer, TrayEntrySerializer

TAGS = ["stories"]


class StoryViewSet(BaseViewSet):
    """A story by its id. Expired, hidden from you and absent are the same 404; your own stay yours."""

    queryset = Story.objects.none()
    permission_classes = [IsAuthenticated, ChangedByItsAuthor]
    lookup_value_converter = "id"
    takes_idempotency_key = True

    def get_queryset(self) -> QuerySet[Story]:
        return Story.objects.readable_by(self.me)

    def get_serializer_class(self) -> type[Any]:
        return StoryInput if self.action == "create" else NoInput

    def answer(self, story: Story) -> Response:
        row = Story.objects.for_display(self.me).get(pk=story.pk)
        return Response(self.shown(StorySerializer, row))

    @extend_schema(
        operation_id="list_stories",
        summary="The tray",
        description="Whose stories there are to see: you, then people you follow with something unseen, then the "
        "newest. A page is of people, with all their current stories; what happens while you page through it moves "
        "nobody. Those you muted are left out.",
        responses={200: TrayEntrySerializer(many=True)},
        examples=[examples.TRAY],
        tags=TAGS,
    )
    def list(self, request: Request) -> Response:
        cursor = request.query_params.get("cursor")
        entries, following = tray.tray_page(self.me, limit=limit_of(request), cursor=cursor)
        shown = TrayEntrySerializer(entries, many=True, context=self.get_serializer_context())
        return page_response(request, shown.data, following)

    @extend_schema(
        summary="Post a story",
        extensions=error_codes("story_cap"),
        description="It is there for 24 hours from the moment its media is ready; until then only you see it, with its "
        "`state`. At most 100 in 24 hours (`story_cap`).",
        request=StoryInput,
        responses={201: StorySerializer},
        examples=[examples.TELL, examples.STORY_OF_ONES_OWN],
        tags=TAGS,
    )
    def create(self, request: Request) -> Response:
        body = self.validated()
        keyed: dict[str, Any] = {"idempotency_key": key_of(request), "idempotency_hash": hash_of(body)}
        story = actions.publish(author=self.me, media_id=body["media"], **keyed)
        return self.created(f"/v1/stories/{story.pk}", self.answer(story))

    @extend_schema(
        summary="Read a story",
        description="Addresses of its media end with the story at the latest.",
        parameters=[examples.STORY_ID],
        responses={200: StorySerializer},
        examples=[examples.STORY_SHOWN],
        tags=TAGS,
    )
    def retrieve(self, request: Request, pk: int) -> Response:
        return self.answer(self.get_object())

    @extend_schema(
        summary="Delete a story",
        extensions=error_codes("permission_denied"),
        description="For good; it leaves your highlights as well.",
        parameters=[examples.STORY_ID],
        responses={204: None},
        tags=TAGS,
    )
    def destroy(self, request: Request, pk: int) -> Response:
        actions.delete(story=self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)
