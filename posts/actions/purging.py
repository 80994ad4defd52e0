"""Removing what somebody who is purged has left: their posts with all that hangs on them, and what they did to others'.

Each call does a bounded part; whoever calls again goes on, for what is left is what is still to be done.
"""

from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce, Now

from accounts.actions import adjust_posts_count
from accounts.models import User
from api.actions import delete_some
from media.actions import release
from posts.actions.commenting import delete_comment, unlike_comment
from posts.actions.reacting import unreact
from posts.models import (
    Collection,
    CollectionItem,
    Comment,
    CommentLike,
    CommentMention,
    HiddenWords,
    Mention,
    Post,
    Reaction,
    Save,
    TagFollow,
)

ROWS_AT_ONCE = 300


def purge_person(*, user_id: int, most: int = ROWS_AT_ONCE) -> bool:
    """Removes about `most` rows of somebody who is purged; whether nothing is left.

    A comment to which others have replied stays as their place, empty and nobody's. What others keep
    count of is counted anew by the actions with which people take it back themselves.
    """
    person = User.objects.get_queryset().purged().filter(pk=user_id).first()
    if person is None:
        return True
    steps = (_purge_posts, _purge_reactions, _purge_comment_likes, _purge_comments, _purge_other_rows)
    return not any(step(person, most) for step in steps)  # the first that finds something is all for now


def _purge_posts(person: User, most: int) -> int:
    left = most
    for post_id in list(Post.objects.filter(author=person).order_by("pk").values_list("pk", flat=True)[:most]):
        left -= _delete_in_order(_hanging_on(post_id), left)
        if left <= 0:
            break
        _remove_post(post_id)
        left -= 1
    return most - left


def _hanging_on(post_id: int) -> list[QuerySet[Any, Any]]:
    """Of which there may be any number on one post; those that refer to others first."""
    return [
        *_of_comments(Q(post=post_id, parent__isnull=False)),
        *_of_comments(Q(post=post_id)),
        Reaction.objects.filter(post=post_id),
        CollectionItem.objects.filter(saved__post=post_id),
        Save.objects.filter(post=post_id),
    ]


def _of_comments(which: Q) -> list[QuerySet[Any, Any]]:
    comments = Comment.objects.filter(which)
    likes, mentions = (kind._base_manager.filter(comment__in=comments) for kind in (CommentLike, CommentMention))
    return [likes, mentions, comments]


def _delete_in_order(kinds: list[QuerySet[Any, Any]], most: int) -> int:
    """At most so many rows, none of a kind before all of those before it are gone; how many there were."""
    left = most
    for rows in kinds:
        while left > 0 and (gone := delete_some(rows=rows, most=left)):
            left -= gone
    return most - left


@transaction.atomic
def _remove_post(post_id: int) -> None:
    post = Post.objects.locked().filter(pk=post_id).first()
    if post is None:  # another worker was first
        return
    media_ids = sorted(post.items.values_list("media_id", flat=True))
    post.items.all().delete()
    release(media_ids=media_ids)
    if post.is_counted:
        adjust_posts_count(user_id=post.author_id, by=-1)
    post.delete()


def _purge_reactions(person: User, most: int) -> int:
    posts = list(Reaction.objects.filter(user=person).order_by("pk").values_list("post", flat=True)[:most])
    for post_id in posts:
        unreact(user=person, post_id=post_id)
    return len(posts)


def _purge_comment_likes(person: User, most: int) -> int:
    comments = list(CommentLike.objects.filter(user=person).order_by("pk").values_list("comment", flat=True)[:most])
    for comment_id in comments:
        unlike_comment(user=person, comment_id=comment_id)
    return len(comments)


def _purge_comments(person: User, most: int) -> int:
    left = most
    for comment in list(Comment.objects.filter(author=person).order_by("pk")[:most]):
        delete_comment(comment=comment)  # and counts it out
        left -= _purge_comment(comment, left)
        if left <= 0:
            break
    return most - left


def _purge_comment(comment: Comment, most: int) -> int:
    replies, (likes, mentions, itself) = Q(parent=comment.pk), _of_comments(Q(pk=comment.pk))
    left = most - _delete_in_order([likes, mentions], most)
    if left > 0 and Comment.objects.filter(replies, deleted_at__isnull=True).exists():
        empty = {"author": None, "text": "", "likes_count": 0, "idempotency_key": None, "idempotency_hash": ""}
        deleted_at = Coalesce("deleted_at", Now())  # one that was taken down is not deleted yet
        return most - left + itself.update(**empty, edited_at=None, deleted_at=deleted_at)
    return most - left + _delete_in_order([*_of_comments(replies), itself], left)


def _purge_other_rows(person: User, most: int) -> int:
    kinds = (Save, TagFollow, Mention, CommentMention)
    others = [kind._base_manager.filter(user=person) for kind in kinds]
    collected = [CollectionItem.objects.filter(collection__owner=person), Collection.objects.owned_by(person)]
    words = HiddenWords.objects.filter(person=person)
    return sum(delete_some(rows=rows, most=most) for rows in (*collected, *others, words))
