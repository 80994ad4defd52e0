"""What the feed is measured beside, behind the same middleware, authentication and permissions."""

from functools import cache
from typing import cast

from django.conf import settings
from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from feed import timelines
from posts.models import Post
from posts.models.posts import PostQuerySet
from posts.serializers import PostSerializer
from social.models import Follow

BODY_FILE = "feed-body.json"


@cache
def recorded_body() -> bytes:
    """A feed of 100 posts as this service answered it, written there by the bench."""
    return bytes((settings.VAR_DIR / BODY_FILE).read_bytes())


class Nothing(APIView):
    """A do-nothing DRF view: who asks is looked up as everywhere, the answer is always the same bytes."""

    def get(self, request: Request) -> HttpResponse:
        return HttpResponse(recorded_body(), content_type="application/json")


class Plain(APIView):
    """What the feed was before cards: precomputed ids, the rows by the ORM, nested serializers, a rendered Response."""

    def get(self, request: Request) -> Response:
        viewer = cast(User, request.user)
        timeline = timelines.read(viewer.pk)
        ids = timeline.ids if timeline else []
        return _answer(viewer, Post.objects.in_feed_of(viewer).filter(timeline_id__in=ids))


class Pull(APIView):
    """A feed as most begin: no precomputing; the newest posts whose author is among those one follows."""

    def get(self, request: Request) -> Response:
        viewer = cast(User, request.user)
        people = Follow.objects.accepted().filter(follower=viewer.pk).values("followee")
        return _answer(viewer, Post.objects.visible_to(viewer).filter(author__in=people))


def _answer(viewer: User, posts: PostQuerySet) -> Response:
    rows = posts.for_display(viewer).order_by("-timeline_id")[:100]
    return Response({"results": PostSerializer(rows, many=True, context={"viewer": viewer}).data, "next": None})
