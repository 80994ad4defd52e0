"""Comments and their likes. Every change of a thread holds its post's lock, so counts are the numbers of live rows."""

import functools
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils import timezone

from accounts.models import User
from api.compiled import CompiledWrite, Parameters, compiled
from api.problems import Invalid, Problem
from events.actions import record
from posts.actions.caption_entities import set_comment_mentions
from posts.captions import names_in
from posts.hidden_words import has_any
from posts.limits import COMMENT_EDITABLE_FOR
from posts.models import Comment, CommentLike, HiddenWords, Post

# One statement, as a reaction (ADR 22): of eight at once one inserts, and nobody fails.
_LIKE = """
WITH liked AS (
    INSERT INTO posts_commentlike (comment_id, user_id, created_at)
    VALUES (%(comment)s::bigint, %(user)s::bigint, statement_timestamp())
    ON CONFLICT (user_id, comment_id) DO NOTHING
    RETURNING comment_id
)
UPDATE posts_comment SET likes_count = likes_count + 1
FROM liked WHERE posts_comment.id = liked.comment_id
RETURNING posts_comment.id
"""


@compiled
def _locked_if_visible(given: Parameters) -> QuerySet[Any, Any]:
    viewer = given.person("viewer")
    words = HiddenWords.objects.filter(person=OuterRef("author")).values("words")
    posts = Post.objects.visible_to(viewer).with_permission_of(viewer).filter(pk=given.id("post"))
    return posts.annotate(hidden_words=Subquery(words)).locked()


@transaction.atomic
def comment(
    *,
    author: User,
    post: Post,
    text: str,
    reply_to: Comment | None = None,
    idempotency_key: str | None = None,
    idempotency_hash: str = "",
) -> Comment:
    """Comments on a post, or replies to one of its comments; a reply to a reply joins the top comment's thread.

    A retry with the same key gets the first comment. Raises `Problem("not_found")` if the author may not see the post
    by now, `Problem("comments_off")`, `Problem("comments_limited")`, and `Invalid` if `reply_to` is hidden by
    now or stands under another post.
    """
    earlier = Comment.objects.first_made_with(idempotency_key, idempotency_hash, author)
    if earlier is not None:
        return earlier
    rows = _locked_if_visible().instances(viewer=author.pk, post=post.pk)
    if not rows:
        raise Problem("not_found")
    row: Any = rows[0]
    if not row.comments_enabled:
        raise Problem("comments_off")
    if not row.viewer_may_comment:
        raise Problem("comments_limited")
    parent = _top_of_thread(author, row, reply_to)
    new = Comment(
        author=author,
        post=row,
        text=text,
        parent=parent,
        reply_to=reply_to,
        hidden_for_id=_hidden_for(row, author, text, row.hidden_words, parent),
        idempotency_key=idempotency_key,
        idempotency_hash=idempotency_hash,
    )
    made, is_new = Comment.objects.create_once(new)
    if not is_new:  # the same key came in twice at once; the other one was first
        return made
    if names_in(text):
        set_comment_mentions(comment=made, author=author)
    if made.hidden_for_id is None:
        count_comment(made, by=1)
        record("commented", comment_id=made.pk)
    return made


def _hidden_for(post: Post, author: User, text: str, words: Sequence[str] | None, parent: Comment | None) -> int | None:
    """The post's author, if the text has one of their hidden words and is not theirs, or answers one that is hidden."""
    if author.pk == post.author_id:
        return None
    hidden = (parent is not None and parent.hidden_for_id is not None) or has_any(text, words or [])
    return post.author_id if hidden else None


@transaction.atomic
def edit_comment(*, author: User, comment: Comment, text: str) -> Comment:
    """Changes the words of a comment, and with them whom it names. The same words again change nothing.

    It is judged anew by the hidden words of the post's author, and so may appear or disappear.
    Raises `Problem("too_late")` a quarter of an hour after it was written, `Problem("not_found")` if it is gone by now.
    """
    post = lock_post_of(comment)
    row = Comment.objects.standing().select_related("parent").filter(pk=comment.pk, author=author).first()
    if row is None:
        raise Problem("not_found")
    if timezone.now() - row.created_at >= COMMENT_EDITABLE_FOR:
        raise Problem("too_late")
    if row.text != text:
        row.text, row.edited_at = text, timezone.now()
        was_hidden, words = row.hidden_for_id is not None, HiddenWords.objects.of(post.author)
        row.hidden_for_id = _hidden_for(post, author, text, words, row.parent)
        is_hidden = row.hidden_for_id is not None
        row.pinned_at = None if is_hidden else row.pinned_at
        row.save(update_fields=["text", "edited_at", "hidden_for", "pinned_at"])
        set_comment_mentions(comment=row, author=author)
        if is_hidden != was_hidden:
            count_comment(row, by=-1 if is_hidden else 1)
        if not is_hidden:
            record("commented" if was_hidden else "comment_edited", comment_id=row.pk)
    return row


@transaction.atomic
def delete_comment(*, comment: Comment) -> None:
    """Takes a comment away; replies to it stay. Repeated, it changes nothing."""
    lock_post_of(comment)
    counted = Comment.objects.live().filter(pk=comment.pk).exists()
    Comment.objects.standing().filter(pk=comment.pk).update(deleted_at=timezone.now(), pinned_at=None)
    if counted:
        count_comment(comment, by=-1)


def lock_post_of(comment: Comment) -> Post:
    """In the caller's transaction. `Problem("not_found")` if it was purged since the comment was found."""
    post = Post.objects.locked().filter(pk=comment.post_id).first()
    if post is None:
        raise Problem("not_found")
    return post


def count_comment(comment: Comment, *, by: int) -> None:
    """Changes the counts of its post, and of the comment that it replies to. The caller holds the post's lock."""
    Post.objects.filter(pk=comment.post_id).update(comments_count=F("comments_count") + by)
    if comment.parent_id is not None:
        Comment.objects.filter(pk=comment.parent_id).update(replies_count=F("replies_count") + by)


@functools.cache
def _liking() -> CompiledWrite:
    return CompiledWrite(_LIKE)


@transaction.atomic
def like_comment(*, user: User, comment: Comment) -> Comment:
    """Likes a comment, once. Returns it with its new count."""
    if _liking().rows(user=user.pk, comment=comment.pk):
        record("comment_liked", comment_id=comment.pk, user_id=user.pk)
    comment.refresh_from_db(fields=["likes_count"])
    return comment


@transaction.atomic
def unlike_comment(*, user: User, comment_id: int) -> None:
    """Takes one's own like back, whether or not one still sees the comment."""
    gone, _ = CommentLike.objects.filter(user=user, comment=comment_id).delete()
    if gone:
        Comment.objects.filter(pk=comment_id).update(likes_count=F("likes_count") - 1)


def _top_of_thread(author: User, post: Post, reply_to: Comment | None) -> Comment | None:
    if reply_to is None:
        return None
    if reply_to.post_id != post.pk:
        raise Invalid("reply_to", "of_another_post", "That comment stands under another post")
    if not Comment.objects.visible_to(author).filter(pk=reply_to.pk).exists():
        raise no_such_comment()
    return reply_to.parent if reply_to.parent_id else reply_to


def no_such_comment() -> Invalid:
    """What there is to say to who answers a comment that is absent or hidden from them."""
    return Invalid("reply_to", "not_found", "There is no such comment under this post")
