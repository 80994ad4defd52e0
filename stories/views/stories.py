"""Stories: the tray, publishing, one by its id."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from api.idempotency import hash_of, key_of
from api.json_responses import json_page
from api.pagination import limit_of
from api.viewsets import BaseViewSet
from stories import actions, tray
from stories.models import Story
from stories.permissions import ChangedByItsAuthor
from stories.serializers import StoryInput, StorySerializer, TrayEntrySerializer


class StoryViewSet(BaseViewSet):
    """A story by its id. Expired, hidden from you and absent are the same 404; your own stay yours."""

    error_codes = {"create": ["story_cap"]}

    permission_classes = [IsAuthenticated, ChangedByItsAuthor]
    lookup_value_converter = "id"
    takes_idempotency_key = True
    inputs = {"create": StoryInput}
    output = StorySerializer
    outputs = {"list": TrayEntrySerializer}

    def get_queryset(self) -> QuerySet[Story]:
        return Story.objects.readable_by(self.me)

    def answer(self, row: Story) -> Response:
        """The story as the viewer sees it, read anew after a change."""
        return super().answer(Story.objects.for_display(self.me).get(pk=row.pk))

    @extend_schema(operation_id="list_stories")
    def list(self, request: Request) -> Response:
        """The tray.

        Whose stories there are to see: you, then people you follow with something unseen, then the newest. A
        page is of people, with all their current stories; what happens while you page through it moves nobody.
        Those you muted are left out.
        """
        cursor = request.query_params.get("cursor")
        entries, following = tray.tray_page(self.me, limit=limit_of(request), cursor=cursor)
        return json_page(request, entries, next=following)

    def create(self, request: Request) -> Response:
        """Post a story.

        It is there for 24 hours from the moment its media is ready; until then only you see it, with its
        `state`. At most 100 in 24 hours (`story_cap`).
        """
        body = self.validated()
        keyed: dict[str, Any] = {"idempotency_key": key_of(request), "idempotency_hash": hash_of(body)}
        story = actions.publish(author=self.me, media_id=body["media"], audience=body["audience"], **keyed)
        return self.created(f"/v1/stories/{story.pk}", story)

    def retrieve(self, request: Request, pk: int) -> Response:
        """Read a story.

        Addresses of its media end with the story at the latest.
        """
        return self.answer(self.get_object())

    def destroy(self, request: Request, pk: int) -> Response:
        """Delete a story.

        For good; it leaves your highlights as well.
        """
        actions.delete(story=self.get_object())
        return self.done()
