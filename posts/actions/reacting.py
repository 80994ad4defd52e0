"""Reactions and saves. Each is one row per person and post; the post's counters move in the same transaction."""

from django.db import transaction
from django.db.models import F

from accounts.models import User
from api.problems import Problem
from posts.models import Post, Reaction, Save


@transaction.atomic
def react(*, user: User, post: Post, kind: str) -> Post:
    """Likes or dislikes; from one to the other is one step. Returns the post with its new counts.

    Raises `Problem("not_found")` if the person may not see the post by now.
    """
    row = Post.objects.visible_to(user).locked().filter(pk=post.pk).first()
    if row is None:
        raise Problem("not_found")
    reaction = Reaction.objects.filter(user=user, post=row).first()
    if reaction is None:
        Reaction.objects.create(user=user, post=row, kind=kind)
        _count(row, {kind: 1})
    elif reaction.kind != kind:
        _count(row, {reaction.kind: -1, kind: 1})
        reaction.kind = kind
        reaction.save(update_fields=["kind"])
    row.refresh_from_db(fields=["likes_count", "dislikes_count"])
    return row


@transaction.atomic
def unreact(*, user: User, post_id: int, kind: str | None = None) -> None:
    """Takes back one's own reaction (of that `kind` only, if given), whether or not one still sees the post."""
    row = Post.objects.locked().filter(pk=post_id).first()
    mine = Reaction.objects.filter(user=user, post=post_id, **({"kind": kind} if kind else {})).first()
    if row is not None and mine is not None:
        mine.delete()
        _count(row, {mine.kind: -1})


def save(*, user: User, post: Post) -> None:
    """Keeps the post in one's saved posts."""
    Save.objects.get_or_create(user=user, post=post)


def unsave(*, user: User, post_id: int) -> None:
    """Forgets it again, whether or not one still sees the post."""
    Save.objects.filter(user=user, post=post_id).delete()


def _count(post: Post, steps: dict[str, int]) -> None:
    names = {Reaction.Kind.LIKE: "likes_count", Reaction.Kind.DISLIKE: "dislikes_count"}
    changes = {names[Reaction.Kind(kind)]: F(names[Reaction.Kind(kind)]) + by for kind, by in steps.items()}
    Post.objects.filter(pk=post.pk).update(**changes)
