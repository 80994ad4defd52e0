"""Comments under a post, and the replies to them."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from api.idempotency import hash_of, key_of
from api.problem_schema import error_codes
from api.viewsets import BaseViewSet
from posts import actions, examples
from posts.models import Comment, Post
from posts.permissions import DeletedByEitherAuthor
from posts.serializers import CommentInput, CommentLikedSerializer, CommentSerializer

TAGS = ["comments"]


class PostCommentsViewSet(BaseViewSet):
    """The comments under a post."""

    queryset = Comment.objects.none()
    serializer_class = CommentInput
    takes_idempotency_key = True

    def post_or_404(self, request: Request, post_id: int) -> Post:
        return get_object_or_404(Post.objects.visible_to(self.me), pk=post_id)

    @extend_schema(
        summary="Comments under a post",
        description="Newest first, without the replies.",
        parameters=[examples.POST_ID_ABOVE],
        responses={200: CommentSerializer(many=True)},
        examples=[examples.COMMENTS_PAGE],
        tags=TAGS,
    )
    def list(self, request: Request, post_id: int) -> Response:
        post = self.post_or_404(request, post_id)
        comments = Comment.objects.visible_to(self.me).top_of(post)
        return self.page(CommentSerializer, comments.for_display(self.me))

    @extend_schema(
        summary="Comment on a post, or reply",
        extensions=error_codes("comments_off"),
        description="A reply to a reply joins the thread of the top comment and keeps `reply_to`.",
        parameters=[examples.POST_ID_ABOVE],
        request=CommentInput,
        responses={201: CommentSerializer},
        examples=[examples.COMMENT_SENT, examples.COMMENT_SHOWN],
        tags=TAGS,
    )
    def create(self, request: Request, post_id: int) -> Response:
        post, body = self.post_or_404(request, post_id), self.validated()
        comment = actions.comment(
            author=self.me,
            post=post,
            text=body["text"],
            reply_to=self._reply_to(body["reply_to"]),
            idempotency_key=key_of(request),
            idempotency_hash=hash_of({**body, "post": post_id}),
        )
        row = Comment.objects.for_display(self.me).get(pk=comment.pk)
        return self.created(f"/v1/comments/{comment.pk}", Response(self.shown(CommentSerializer, row)))

    def _reply_to(self, comment_id: int | None) -> Comment | None:
        if comment_id is None:
            return None
        visible = Comment.objects.visible_to(self.me).select_related("parent")
        return get_object_or_404(visible, pk=comment_id)


class CommentViewSet(BaseViewSet):
    """A comment by its id."""

    queryset = Comment.objects.none()
    permission_classes = [IsAuthenticated, DeletedByEitherAuthor]
    lookup_value_converter = "id"

    def get_queryset(self) -> QuerySet[Comment]:
        mine_too = self.action == "destroy"
        comments = Comment.objects.deletable_by(self.me) if mine_too else Comment.objects.visible_to(self.me)
        return comments.for_display(self.me).select_related("author__avatar", "post")

    @extend_schema(
        summary="Read a comment",
        parameters=[examples.COMMENT_ID],
        responses={200: CommentSerializer},
        examples=[examples.COMMENT_SHOWN],
        tags=TAGS,
    )
    def retrieve(self, request: Request, pk: int) -> Response:
        return Response(self.shown(CommentSerializer, self.get_object()))

    @extend_schema(
        summary="Delete a comment",
        extensions=error_codes("permission_denied"),
        description="By its author or the post's. With a top comment goes its thread.",
        parameters=[examples.COMMENT_ID],
        responses={204: None},
        tags=TAGS,
    )
    def destroy(self, request: Request, pk: int) -> Response:
        actions.delete_comment(comment=self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)


class RepliesViewSet(BaseViewSet):
    """The thread under a comment."""

    queryset = Comment.objects.none()
    page_ascending = True

    @extend_schema(
        summary="Replies to a comment",
        description="The whole thread under a top comment, oldest first.",
        parameters=[examples.COMMENT_ID_ABOVE],
        responses={200: CommentSerializer(many=True)},
        examples=[examples.COMMENTS_PAGE],
        tags=TAGS,
    )
    def list(self, request: Request, comment_id: int) -> Response:
        visible: Any = Comment.objects.visible_to(self.me)
        if not visible.filter(pk=comment_id).exists():
            raise Http404
        return self.page(CommentSerializer, visible.filter(parent=comment_id).for_display(self.me))


class CommentLikeViewSet(BaseViewSet):
    """One's own like of a comment."""

    @extend_schema(
        summary="Like a comment",
        parameters=[examples.COMMENT_ID_ABOVE],
        request=None,
        responses={200: CommentLikedSerializer},
        examples=[examples.COMMENT_LIKED],
        tags=TAGS,
    )
    def update(self, request: Request, comment_id: int) -> Response:
        comment = get_object_or_404(Comment.objects.visible_to(self.me), pk=comment_id)
        after = actions.like_comment(user=self.me, comment=comment)
        return Response({"liked": True, "likes_count": after.likes_count})

    @extend_schema(
        summary="Take a comment's like back",
        parameters=[examples.COMMENT_ID_ABOVE],
        request=None,
        responses={204: None},
        tags=TAGS,
    )
    def destroy(self, request: Request, comment_id: int) -> Response:
        actions.unlike_comment(user=self.me, comment_id=comment_id)
        return Response(status=status.HTTP_204_NO_CONTENT)
