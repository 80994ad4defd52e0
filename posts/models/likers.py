"""The reads behind lists of who likes a post or a comment, each compiled once."""

from collections.abc import Callable
from typing import Any

from django.db.models import DateTimeField, QuerySet

from accounts.models import card_version
from api.compiled import CompiledRead, Parameters, compiled
from posts.models.comments import Comment, CommentLike
from posts.models.posts import Post
from posts.models.reactions import Reaction

Likes = Callable[[Parameters], Any]


def _likers(likes: Likes) -> Callable[..., CompiledRead]:
    """The newest likes below `position` or, `newer`, the oldest above it: id, card version and privacy of each person,
    when they liked it, the row's id."""

    @compiled
    def read(given: Parameters, *, count: int, newer: bool = False) -> QuerySet[Any, Any]:
        beyond, order = ("gt", "pk") if newer else ("lt", "-pk")
        rows = likes(given).visible_to(given.person("viewer")).filter(**{f"pk__{beyond}": given.id("position")})
        card = ("user_id", card_version("user"), "user__is_private")
        found: QuerySet[Any, Any] = rows.order_by(order).values_list(*card, "created_at", "pk")[:count]
        return found

    return read


def _newest(likes: Likes) -> Callable[..., CompiledRead]:
    """The id of the newest like that was given before a `moment`."""

    @compiled
    def read(given: Parameters) -> QuerySet[Any, Any]:
        rows = likes(given).visible_to(given.person("viewer"))
        before: QuerySet[Any, Any] = rows.filter(created_at__lt=given.of("moment", DateTimeField()))
        return before.order_by("-pk").values_list("pk")[:1]

    return read


def _likes_of_post(given: Parameters) -> Any:
    return Reaction.objects.likes().filter(post=given.id("subject"))


def _likes_of_comment(given: Parameters) -> Any:
    return CommentLike.objects.filter(comment=given.id("subject"))


of_post, newest_of_post = _likers(_likes_of_post), _newest(_likes_of_post)
of_comment, newest_of_comment = _likers(_likes_of_comment), _newest(_likes_of_comment)


@compiled
def shown_post(given: Parameters) -> QuerySet[Any, Any]:
    """The post, if the viewer may see it."""
    return Post.objects.visible_to(given.person("viewer")).filter(pk=given.id("post")).values_list("pk")


@compiled
def read_comment(given: Parameters) -> QuerySet[Any, Any]:
    """The comment, if the viewer may read it."""
    return Comment.objects.readable_by(given.person("viewer")).filter(pk=given.id("comment")).values_list("pk")
