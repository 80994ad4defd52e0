"""Comments under a post, and the replies to them."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet, prefetch_related_objects
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from api.compiled import Parameters, compiled, compiled_generic
from api.idempotency import hash_of, key_of
from api.ids import MAX_ID, id_at, settled_id, settled_moment
from api.json_responses import json_page
from api.new_accounts import count_mentions
from api.pagination import (
    NewerPages,
    Upwards,
    decode_cursor,
    decode_position,
    encode_cursor,
    encode_newer,
    limit_of,
    upwards_in,
)
from api.parameters import choice_in
from api.viewsets import BaseViewSet
from posts import actions
from posts.captions import names_in
from posts.cards.comments import comments_as_json
from posts.limits import COMMENT_EDITABLE_FOR
from posts.models import Comment, HiddenWords, Post, comment_lists, likers
from posts.models.comment_lists import CommentOrder, ListPosition
from posts.permissions import ChangedByThePostsAuthor, CommentChangedByItsAuthors
from posts.serializers import (
    CommentEdit,
    CommentInput,
    CommentLikedSerializer,
    CommentPinnedSerializer,
    CommentSerializer,
    HiddenWordsSerializer,
)
from posts.views.liker_pages import LikerPages


@compiled_generic
def _visible(given: Parameters) -> QuerySet[Any, Any]:
    return Post.objects.visible_to(given.person("viewer")).filter(pk=given.id("post"))


@compiled
def _with_all_that_is_shown(given: Parameters) -> QuerySet[Any, Any]:
    """A comment for CommentSerializer; what `for_display` prefetches is left to the caller."""
    return Comment.objects.for_display(given.person("viewer")).filter(pk=given.id("comment"))


ORDER = OpenApiParameter(
    "order",
    enum=CommentOrder.values,
    default=CommentOrder.NEWEST.value,
    description="Of those that are not pinned: by time, or the most liked first.",
)


def _position(numbers: Sequence[Any]) -> ListPosition:
    """What stood in a cursor."""
    shown, beyond, *first = numbers
    return ListPosition(shown, beyond, first)


def _above(scope: str, newest: int) -> str:
    """The cursor for what comes above: ids grow in the order of commits, for whoever comments holds the post's lock."""
    position = settled_id() if newest == MAX_ID else newest
    return encode_newer(scope, Upwards(position, position))


def _as_shown(viewer: Any, comment_id: int) -> Comment:
    """A comment read anew after a change, whoever changed it meanwhile."""
    rows: list[Comment] = _with_all_that_is_shown().instances(viewer=viewer.pk, comment=comment_id)
    if not rows:
        raise Http404
    prefetch_related_objects(rows, "author__avatar__renditions")
    return rows[0]


class PostCommentsViewSet(BaseViewSet):
    """The comments under a post."""

    tag = "comments"
    inputs = {"create": CommentInput}
    output = CommentSerializer
    error_codes = {"create": ["comments_off", "comments_limited"]}
    takes_idempotency_key = True
    new_account_limits = {"create": "comments"}
    pagination_class: Any = NewerPages

    def post_or_404(self, request: Request, post_id: int) -> Post:
        posts: list[Post] = _visible().instances(viewer=self.me.pk, post=post_id)
        if not posts:
            raise Http404
        return posts[0]

    @extend_schema(parameters=[ORDER])
    def list(self, request: Request, post_id: int) -> Response:
        """Comments under a post.

        What its author has pinned comes first, then the others by `order`, without the replies. `top`: the most liked
        (of as many likes, the newest), a hundred of them, then the newest; this order is kept while you page. Under
        your own post also those of people with a block between you. One that is gone is listed as `removed` while you
        may see a reply to it. By `newest` there is `previous`: what came since, pinned or not.
        """
        name = choice_in(request, "order", CommentOrder.values, default=CommentOrder.NEWEST)
        order, limit = CommentOrder(name), limit_of(request)
        scope, cursor = f"{request.path} {order}", request.query_params.get("cursor")
        up = upwards_in(scope, cursor) if cursor else None
        if up is not None:
            return self._newer(self.post_or_404(request, post_id), scope, up.position, limit)
        position = _position(decode_position(scope, cursor)) if cursor else None
        post = self.post_or_404(request, post_id)
        page = comment_lists.comments_of(self.me, post.pk, order, position=position, limit=limit)
        then = encode_cursor(scope, page.after.values) if page.after else None
        before = _above(scope, page.newest) if order == CommentOrder.NEWEST else None
        return json_page(request, comments_as_json(self.me, page.rows), next=then, previous=before)

    def _newer(self, post: Post, scope: str, above: int, limit: int) -> Response:
        """What came above a page by `newest`."""
        rows = comment_lists.newer_comments(self.me, post.pk, above=above, limit=limit)
        then = encode_cursor(scope, ListPosition(0, rows[-1].pk, []).values) if rows else None
        before = _above(scope, rows[0].pk if rows else above)
        return json_page(self.request, comments_as_json(self.me, rows), next=then, previous=before)

    def create(self, request: Request, post_id: int) -> Response:
        """Comment on a post, or reply.

        A reply to a reply joins the thread of the top comment and keeps `reply_to`. Whom an `@name` in the text means
        is told.
        """
        post, body = self.post_or_404(request, post_id), self.validated()
        count_mentions(request, names_in(body["text"]))
        comment = actions.comment(
            author=self.me,
            post=post,
            text=body["text"],
            reply_to=self._reply_to(body["reply_to"]),
            idempotency_key=key_of(request),
            idempotency_hash=hash_of({**body, "post": post_id}),
        )
        return self.created(f"/v1/comments/{comment.pk}", _as_shown(self.me, comment.pk))

    def _reply_to(self, comment_id: int | None) -> Comment | None:
        if comment_id is None:
            return None
        visible = Comment.objects.visible_to(self.me).select_related("parent")
        answered = visible.filter(pk=comment_id).first()
        if answered is None:
            raise actions.no_such_comment()
        return answered


class CommentViewSet(BaseViewSet):
    """A comment by its id."""

    output = CommentSerializer
    permission_classes = [IsAuthenticated, CommentChangedByItsAuthors]
    inputs = {"partial_update": CommentEdit}
    error_codes = {"partial_update": ["too_late"]}
    lookup_value_converter = "id"

    def get_queryset(self) -> QuerySet[Comment]:
        editing = self.action == "partial_update"
        comments = Comment.objects.readable_by(self.me) if editing else Comment.objects.deletable_by(self.me)
        return comments.for_display(self.me).select_related("author__avatar", "post")

    def retrieve(self, request: Request, pk: int) -> Response:
        """Read a comment."""
        comment = comment_lists.comment_alone(self.me, pk)
        if comment is None:
            raise Http404
        self.found = comment
        return self.answer(comment)

    def partial_update(self, request: Request, pk: int) -> Response:
        """Edit a comment.

        By its author, within 15 minutes of writing it; 409 `too_late` afterwards. It is marked as `edited`.
        """
        comment, text = self.get_object(), self.validated()["text"]
        count_mentions(request, names_in(text))
        comment = actions.edit_comment(author=self.me, comment=comment, text=text)
        return self.answer(_as_shown(self.me, comment.pk))

    def destroy(self, request: Request, pk: int) -> Response:
        """Delete a comment.

        By its author or the post's. A top comment with replies keeps their place, as `removed`.
        """
        actions.delete_comment(comment=self.get_object())
        return self.done()


class CommentApprovalViewSet(BaseViewSet):
    """Letting a comment through that has one of one's hidden words."""

    permission_classes = [IsAuthenticated, ChangedByThePostsAuthor]
    lookup_url_kwarg = "comment_id"
    output = CommentSerializer

    def get_queryset(self) -> QuerySet[Comment]:
        return Comment.objects.shown_alone_to(self.me).select_related("post")

    def approve(self, request: Request, comment_id: int) -> Response:
        """Approve a hidden comment.

        By the post's author. It is seen, counts and tells people from then on; so is the comment that it answers. One
        that is not hidden stays as it is.
        """
        actions.approve_comment(comment=self.get_object())
        return self.answer(_as_shown(self.me, comment_id))


class HiddenCommentsViewSet(BaseViewSet):
    """What others wrote under one's posts with one of one's hidden words."""

    tag = "comments"
    output = CommentSerializer
    pagination_class = NewerPages

    @extend_schema(operation_id="list_my_hidden_comments")
    def list(self, request: Request) -> Response:
        """Hidden comments.

        Under all your posts, newest first. Only you and each one's writer, who is not told, see them, until you approve
        them; `DELETE /v1/comments/{id}` removes one.
        """
        return self.paginated(Comment.objects.hidden_for_author(self.me).for_display(self.me))

    def settled(self, rows: Sequence[Comment], *, more: bool) -> int:
        """An edit may hide a comment, too, as long as it may be edited."""
        return id_at(settled_moment() - COMMENT_EDITABLE_FOR)


class HiddenWordsViewSet(BaseViewSet):
    """One's own list of words."""

    tag = "comments"
    inputs = {"update": HiddenWordsSerializer}
    output = HiddenWordsSerializer

    def retrieve(self, request: Request) -> Response:
        """Hidden words."""
        return self.answer({"words": HiddenWords.objects.of(self.me)})

    def update(self, request: Request) -> Response:
        """Set hidden words.

        The whole list. A comment that somebody writes under a post of yours from now on, and that has one of them, is
        kept from everybody else until you approve it: it does not count and tells nobody. Compared as search does,
        whole words.
        """
        actions.set_hidden_words(person=self.me, words=self.validated()["words"])
        return self.answer({"words": HiddenWords.objects.of(self.me)})


class RepliesViewSet(BaseViewSet):
    """The thread under a comment."""

    output = CommentSerializer

    def list(self, request: Request, comment_id: int) -> Response:
        """Replies to a comment.

        The whole thread under a top comment, oldest first.
        """
        limit, cursor = limit_of(request), request.query_params.get("cursor")
        after = decode_cursor(request.path, cursor) if cursor else 0
        rows = comment_lists.replies_to(self.me, comment_id, after=after, count=limit + 1)
        if rows is None:
            raise Http404
        then = encode_cursor(request.path, rows[limit - 1].pk) if len(rows) > limit else None
        return json_page(request, comments_as_json(self.me, rows[:limit]), next=then)


class CommentLikeViewSet(BaseViewSet):
    """One's own like of a comment."""

    output = CommentLikedSerializer

    def update(self, request: Request, comment_id: int) -> Response:
        """Like a comment."""
        comment = get_object_or_404(Comment.objects.visible_to(self.me), pk=comment_id)
        after = actions.like_comment(user=self.me, comment=comment)
        return self.answer({"liked": True, "likes_count": after.likes_count})

    def destroy(self, request: Request, comment_id: int) -> Response:
        """Take a comment's like back."""
        actions.unlike_comment(user=self.me, comment_id=comment_id)
        return self.done()


class CommentPinViewSet(BaseViewSet):
    """Whether the post's author shows a comment first."""

    permission_classes = [IsAuthenticated, ChangedByThePostsAuthor]
    lookup_url_kwarg = "comment_id"
    output = CommentPinnedSerializer
    error_codes = {"update": ["comment_pin_cap", "conflict"]}

    def get_queryset(self) -> QuerySet[Comment]:
        return Comment.objects.readable_by(self.me).select_related("post")

    def update(self, request: Request, comment_id: int) -> Response:
        """Pin a comment.

        By the post's author, at most three of its comments; 409 `comment_pin_cap` beyond, 409 `conflict` for a reply.
        One that is deleted is unpinned.
        """
        actions.pin_comment(comment=self.get_object())
        return self.answer({"pinned": True})

    def destroy(self, request: Request, comment_id: int) -> Response:
        """Unpin a comment."""
        actions.unpin_comment(comment=self.get_object())
        return self.done()


class CommentLikesViewSet(LikerPages):
    """Who likes a comment: those whom you may see. Its count counts everybody."""

    tag = "comments"

    def list(self, request: Request, comment_id: int) -> HttpResponse:
        """Who likes a comment.

        Newest first. People who blocked you or whom you blocked are left out.
        """
        if not likers.read_comment().exists(viewer=self.me.pk, comment=comment_id):
            raise Http404
        return self.likers(likers.of_comment, likers.newest_of_comment, subject=comment_id)
