"""Likes, dislikes and saves of a post. Put twice or taken back twice, the answer is the same."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.serializers import PersonSerializer
from api.viewsets import BaseViewSet
from posts import actions, examples
from posts.models import Post, Reaction
from posts.serializers import ReactionSerializer, SavedSerializer

TAGS = ["reactions"]


class _ReactionViewSet(BaseViewSet):
    """One's own reaction of one kind."""

    kind: Reaction.Kind

    def react(self, request: Request, post_id: int) -> Response:
        post = get_object_or_404(Post.objects.visible_to(self.me), pk=post_id)
        after = actions.react(user=self.me, post=post, kind=self.kind)
        counts = {"likes_count": after.likes_count, "dislikes_count": after.dislikes_count}
        return Response({"reaction": self.kind.value, **counts})

    def take_back(self, request: Request, post_id: int) -> Response:
        actions.unreact(user=self.me, post_id=post_id, kind=self.kind)
        return Response(status=status.HTTP_204_NO_CONTENT)


class LikeViewSet(_ReactionViewSet):
    """One's own like of a post."""

    kind = Reaction.Kind.LIKE

    @extend_schema(
        summary="Like a post",
        description="A dislike of yours becomes a like in the same step.",
        parameters=[examples.POST_ID_ABOVE],
        request=None,
        responses={200: ReactionSerializer},
        examples=[examples.REACTED],
        tags=TAGS,
    )
    def update(self, request: Request, post_id: int) -> Response:
        return self.react(request, post_id)

    @extend_schema(
        summary="Take a like back", parameters=[examples.POST_ID_ABOVE], request=None, responses={204: None}, tags=TAGS
    )
    def destroy(self, request: Request, post_id: int) -> Response:
        return self.take_back(request, post_id)


class DislikeViewSet(_ReactionViewSet):
    """One's own dislike of a post."""

    kind = Reaction.Kind.DISLIKE

    @extend_schema(
        summary="Dislike a post",
        description="A like of yours becomes a dislike in the same step.",
        parameters=[examples.POST_ID_ABOVE],
        request=None,
        responses={200: ReactionSerializer},
        examples=[examples.REACTED],
        tags=TAGS,
    )
    def update(self, request: Request, post_id: int) -> Response:
        return self.react(request, post_id)

    @extend_schema(
        summary="Take a dislike back",
        parameters=[examples.POST_ID_ABOVE],
        request=None,
        responses={204: None},
        tags=TAGS,
    )
    def destroy(self, request: Request, post_id: int) -> Response:
        return self.take_back(request, post_id)


class SaveViewSet(BaseViewSet):
    """Whether the post is among one's saved ones. Nobody else sees that."""

    @extend_schema(
        summary="Save a post",
        parameters=[examples.POST_ID_ABOVE],
        request=None,
        responses={200: SavedSerializer},
        examples=[examples.SAVED],
        tags=TAGS,
    )
    def update(self, request: Request, post_id: int) -> Response:
        post = get_object_or_404(Post.objects.visible_to(self.me), pk=post_id)
        actions.save(user=self.me, post=post)
        return Response({"saved": True})

    @extend_schema(
        summary="Forget a saved post",
        parameters=[examples.POST_ID_ABOVE],
        request=None,
        responses={204: None},
        tags=TAGS,
    )
    def destroy(self, request: Request, post_id: int) -> Response:
        actions.unsave(user=self.me, post_id=post_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class LikesViewSet(BaseViewSet):
    """Who likes a post: those whom you may see. The count of the post counts everybody."""

    serializer_class = PersonSerializer
    queryset = Reaction.objects.none()

    @extend_schema(
        summary="Who likes a post",
        description="Newest first. People who blocked you or whom you blocked are left out.",
        parameters=[examples.POST_ID_ABOVE],
        responses={200: PersonSerializer(many=True)},
        examples=[examples.PEOPLE_PAGE],
        tags=TAGS,
    )
    def list(self, request: Request, post_id: int) -> Response:
        if not Post.objects.visible_to(self.me).filter(pk=post_id).exists():
            raise Http404
        likes = Reaction.objects.likes().filter(post=post_id).visible_to(self.me).for_display()
        people = [like.user for like in self.paginate_queryset(likes) or []]
        return self.get_paginated_response(self.get_serializer(people, many=True).data)
