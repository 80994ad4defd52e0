"""Reactions and saves. Each is one row per person and post; the post's counters move in the same transaction."""

from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from accounts.models import User
from api.compiled import Parameters, compiled
from api.problems import Problem
from posts.models import Post, Reaction, Save


@compiled
def _locked_if_visible(given: Parameters) -> QuerySet[Any, Any]:
    posts = Post.objects.visible_to(given.person("viewer")).locked()
    return posts.filter(pk=given.id("post")).values_list("pk")


@compiled
def _mine(given: Parameters) -> QuerySet[Any, Any]:
    return Reaction.objects.filter(user=given.id("user"), post=given.id("post"))


@compiled
def _with_counts(given: Parameters) -> QuerySet[Any, Any]:
    return Post.objects.filter(pk=given.id("post")).only("likes_count", "dislikes_count")


@transaction.atomic
def react(*, user: User, post_id: int, kind: str) -> Post:
    """Likes or dislikes; from one to the other is one step. Returns the post's new counts.

    Raises `Problem("not_found")` if the person may not see the post.
    """
    if not _locked_if_visible().exists(viewer=user.pk, post=post_id):
        raise Problem("not_found")
    mine = _mine().instances(user=user.pk, post=post_id)
    if not mine:
        Reaction.objects.create(user=user, post_id=post_id, kind=kind)
        _count(post_id, {kind: 1})
    elif mine[0].kind != kind:
        _count(post_id, {mine[0].kind: -1, kind: 1})
        mine[0].kind = kind
        mine[0].save(update_fields=["kind"])
    post: Post = _with_counts().instances(post=post_id)[0]
    return post


@transaction.atomic
def unreact(*, user: User, post_id: int, kind: str | None = None) -> None:
    """Takes back one's own reaction (of that `kind` only, if given), whether or not one still sees the post."""
    row = Post.objects.locked().filter(pk=post_id).first()
    mine = Reaction.objects.filter(user=user, post=post_id, **({"kind": kind} if kind else {})).first()
    if row is not None and mine is not None:
        mine.delete()
        _count(post_id, {mine.kind: -1})


def save(*, user: User, post: Post) -> None:
    """Keeps the post in one's saved posts."""
    Save.objects.get_or_create(user=user, post=post)


def unsave(*, user: User, post_id: int) -> None:
    """Forgets it again, whether or not one still sees the post."""
    Save.objects.filter(user=user, post=post_id).delete()


def _count(post_id: int, steps: dict[str, int]) -> None:
    names = {Reaction.Kind.LIKE: "likes_count", Reaction.Kind.DISLIKE: "dislikes_count"}
    changes = {names[Reaction.Kind(kind)]: F(names[Reaction.Kind(kind)]) + by for kind, by in steps.items()}
    Post.objects.filter(pk=post_id).update(**changes)
