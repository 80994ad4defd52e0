"""Putting posts away, getting them back, and letting go of what stayed away too long."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.actions import adjust_posts_count
from api.problems import Problem
from events.actions import record
from media.actions import release
from posts.actions.draft_bounds import check_drafts
from posts.actions.publishing import appear_when_ready, shows_withheld
from posts.models import Collection, Comment, Post

PURGED_AT_ONCE = 500


def delete(*, post: Post) -> Post:
    """Into the trash, for 30 days. Repeated, it changes nothing. A draft is not published by itself any more."""
    return _put(post, deleted_at=timezone.now(), publish_at=None)


@transaction.atomic
def restore(*, post: Post) -> Post:
    """Out of the trash, to where it was: live, archived, a draft or still waiting for its media."""
    row = _put(post, deleted_at=None)
    if row.is_draft:
        check_drafts(author=row.author)
    return row


def archive(*, post: Post) -> Post:
    """Away from everybody but its author. `Problem("conflict")` for a draft, which nobody else sees."""
    return _put(post, archived_at=timezone.now())


def unarchive(*, post: Post) -> Post:
    """Back where everybody sees it."""
    return _put(post, archived_at=None)


@transaction.atomic
def publish_when_ready(*, media_id: int) -> None:
    """A media became ready: the posts that wait for it appear, unless another of theirs is still under way."""
    waiting = Post.objects.waiting_for(media_id).values_list("pk", flat=True)
    for post in Post.objects.locked().filter(pk__in=list(waiting)).order_by("pk"):
        appear_when_ready(post=post)


def purge_trash() -> int:
    """Lets go of what was in the trash for 30 days: past restore, its media released. No byte is deleted here."""
    due = list(Post.objects.past_restore().order_by("pk").values_list("pk", flat=True)[:PURGED_AT_ONCE])
    return sum(_purge(post_id) for post_id in due)


def prune_keys() -> int:
    """Clears idempotency keys of posts, comments and collections whose day is over; says how many."""
    return Post.objects.prune_keys() + Comment.objects.prune_keys() + Collection.objects.prune_keys()


@transaction.atomic
def _purge(post_id: int) -> int:
    post = Post.objects.past_restore().locked().filter(pk=post_id).first()
    if post is None:  # restored, or purged by another worker, since the list was made
        return 0
    media_ids = sorted(post.items.values_list("media_id", flat=True))
    post.items.all().delete()
    release(media_ids=media_ids)
    post.purged_at = timezone.now()
    post.save(update_fields=["purged_at"])
    record("post_purged", post_id=post.pk)
    return 1


@transaction.atomic
def _put(post: Post, **moments: datetime | None) -> Post:
    """Sets these columns, each if it comes or goes; if that makes the post come or go, its author's count follows.

    `conflict` for one that would come back with media of something that was taken down, and for archiving a draft.
    """
    row = Post.objects.locked().filter(pk=post.pk, removed_at__isnull=True, purged_at__isnull=True).first()
    if row is None:
        raise Problem("not_found")
    if row.is_draft and moments.get("archived_at"):
        raise Problem("conflict", "A draft is not published")
    was_live, was_counted = row.is_live, row.is_counted
    for name, moment in moments.items():
        if bool(getattr(row, name)) != bool(moment):
            setattr(row, name, moment)
    if row.is_live and not was_live and shows_withheld(post=row):
        raise Problem("conflict", "Something with one of its media was taken down")
    row.save(update_fields=list(moments))
    if row.is_counted != was_counted:
        adjust_posts_count(user_id=row.author_id, by=1 if row.is_counted else -1)
    if row.is_live and not was_live:
        record("post_restored", post_id=row.pk, author_id=row.author_id)
    appear_when_ready(post=row)
    return row
