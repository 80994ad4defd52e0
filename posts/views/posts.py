"""Posts: share, read, edit, put away, get back."""

from typing import Any, cast

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from api.idempotency import hash_of, key_of
from api.problem_schema import error_codes
from api.viewsets import BaseViewSet, NoInput
from posts import actions, examples
from posts.models import Post
from posts.permissions import ChangedByItsAuthor
from posts.serializers import EditInput, PostSerializer, PublishInput

TAGS = ["posts"]
INPUTS = {"create": PublishInput, "partial_update": EditInput}


class PostViewSet(BaseViewSet):
    """One's own posts, and any post by its id. Hidden from you and absent are the same 404."""

    queryset = Post.objects.none()
    permission_classes = [IsAuthenticated, ChangedByItsAuthor]
    lookup_value_converter = "id"
    takes_idempotency_key = True

    def get_queryset(self) -> QuerySet[Post]:
        me = self.me
        return Post.objects.restorable_by(me) if self.action == "restore" else Post.objects.readable_by(me)

    def get_serializer_class(self) -> type[Any]:
        return INPUTS.get(self.action, NoInput)

    def answer(self, post: Post) -> Response:
        row = Post.objects.for_display(self.me).get(pk=post.pk)
        return Response(self.shown(PostSerializer, row))

    @extend_schema(
        summary="Share a post",
        description="It is published at once if all its media are ready; else it publishes itself when they are, and "
        "until then only you see it, with its `state`.",
        request=PublishInput,
        responses={201: PostSerializer},
        examples=[examples.PUBLISH, examples.PUBLISHED],
        tags=TAGS,
    )
    def create(self, request: Request) -> Response:
        body = self.validated()
        keyed: dict[str, Any] = {"idempotency_key": key_of(request), "idempotency_hash": hash_of(body)}
        post = actions.publish(author=self.me, media_ids=body.pop("media"), **body, **keyed)
        return self.created(f"/v1/posts/{post.pk}", self.answer(post))

    @extend_schema(
        operation_id="list_my_posts",
        summary="One's own posts, newest first",
        description="Those still processing, failed and archived too, each with its `state`; not those in the trash. "
        "What others see of them is `/v1/users/{username}/posts`.",
        responses={200: PostSerializer(many=True)},
        examples=[examples.POSTS_PAGE],
        tags=TAGS,
    )
    def list(self, request: Request) -> Response:
        return self.page(PostSerializer, Post.objects.owned_by(self.me).for_display(self.me))

    @extend_schema(
        summary="Read a post",
        parameters=[examples.POST_ID],
        responses={200: PostSerializer},
        examples=[examples.PUBLISHED],
        tags=TAGS,
    )
    def retrieve(self, request: Request, pk: int) -> Response:
        return self.answer(self.get_object())

    @extend_schema(
        summary="Edit a post",
        extensions=error_codes("permission_denied"),
        description="What is absent stays. `media` is the same ids in another order; one that failed may be left out.",
        parameters=[examples.POST_ID],
        request=EditInput,
        responses={200: PostSerializer},
        examples=[examples.EDIT, examples.PUBLISHED],
        tags=TAGS,
    )
    def partial_update(self, request: Request, pk: int) -> Response:
        post = self.get_object()
        changes = cast(actions.Changes, self.validated(partial=True))
        return self.answer(actions.edit(post=post, changes=changes))

    @extend_schema(
        summary="Delete a post",
        extensions=error_codes("permission_denied"),
        description="Into the trash, from where it can be restored for 30 days.",
        parameters=[examples.POST_ID],
        responses={204: None},
        tags=TAGS,
    )
    def destroy(self, request: Request, pk: int) -> Response:
        actions.delete(post=self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        summary="Restore a post from the trash",
        extensions=error_codes("permission_denied"),
        parameters=[examples.POST_ID],
        request=None,
        responses={200: PostSerializer},
        examples=[examples.PUBLISHED],
        tags=TAGS,
    )
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: int) -> Response:
        return self.answer(actions.restore(post=self.get_object()))

    @extend_schema(
        summary="Archive a post",
        extensions=error_codes("permission_denied"),
        description="Only you see it then.",
        parameters=[examples.POST_ID],
        request=None,
        responses={200: PostSerializer},
        examples=[examples.PUBLISHED],
        tags=TAGS,
    )
    @action(detail=True, methods=["post"])
    def archive(self, request: Request, pk: int) -> Response:
        return self.answer(actions.archive(post=self.get_object()))

    @extend_schema(
        summary="Take a post out of the archive",
        extensions=error_codes("permission_denied"),
        parameters=[examples.POST_ID],
        request=None,
        responses={200: PostSerializer},
        examples=[examples.PUBLISHED],
        tags=TAGS,
    )
    @action(detail=True, methods=["post"])
    def unarchive(self, request: Request, pk: int) -> Response:
        return self.answer(actions.unarchive(post=self.get_object()))
