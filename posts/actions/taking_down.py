"""What moderation does to posts and comments: takes them away from everybody, puts them back, marks them.

Each is for an id, changes nothing when repeated, and says whether anything changed. Nobody else can undo them: what is
taken down is neither restored, unarchived nor edited by its author.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.actions import adjust_posts_count
from events.actions import record
from media.actions import give_back, withhold
from posts.actions.commenting import count_comment
from posts.actions.publishing import appear_when_ready
from posts.models import Comment, Post


@transaction.atomic
def take_down(*, post_id: int) -> bool:
    """Hides a post from everybody, in whatever state it is; its author's count follows, addresses of its media end."""
    row = Post.objects.locked().filter(pk=post_id, removed_at__isnull=True, purged_at__isnull=True).first()
    if row is None:
        return False
    was_counted = row.is_counted
    row.removed_at = timezone.now()
    row.save(update_fields=["removed_at"])
    if was_counted:
        adjust_posts_count(user_id=row.author_id, by=-1)
    withhold(media_ids=_media_of(row))
    return True


@transaction.atomic
def put_back(*, post_id: int) -> bool:
    """Shows a post again, where it was: live, archived, in the trash, or waiting for its media."""
    row = Post.objects.locked().filter(pk=post_id, removed_at__isnull=False, purged_at__isnull=True).first()
    if row is None:
        return False
    row.removed_at = None
    row.save(update_fields=["removed_at"])
    if row.is_counted:
        adjust_posts_count(user_id=row.author_id, by=1)
    if row.is_live:
        record("post_restored", post_id=row.pk, author_id=row.author_id)
    give_back(media_ids=_media_of(row))
    appear_when_ready(post=row)
    return True


def _media_of(post: Post) -> list[int]:
    return list(post.items.values_list("media_id", flat=True))


@transaction.atomic
def mark_sensitive(*, post_id: int, sensitive: bool) -> bool:
    """Has clients blur a post until they are asked not to, or no longer. What its author says of it stays."""
    rows = Post.objects.locked().filter(pk=post_id, marked_sensitive_at__isnull=sensitive, purged_at__isnull=True)
    row = rows.first()
    if row is None:
        return False
    row.marked_sensitive_at = timezone.now() if sensitive else None
    row.save(update_fields=["marked_sensitive_at"])
    return True


def take_down_comment(*, comment_id: int) -> bool:
    """Hides a comment from everybody, but for the place of replies to it: counts follow, and it is unpinned."""
    return _set_removed(comment_id, timezone.now())


def put_back_comment(*, comment_id: int) -> bool:
    """Shows a comment again, as far as it was shown before."""
    return _set_removed(comment_id, None)


@transaction.atomic
def _set_removed(comment_id: int, moment: datetime | None) -> bool:
    """Under the lock of the post, as every change of a thread. A deleted comment is nobody's any more."""
    comment = Comment.objects.filter(pk=comment_id).first()
    if comment is None or not Post.objects.locked().filter(pk=comment.post_id).exists():
        return False
    changed = Comment.objects.filter(pk=comment_id, deleted_at=None, removed_at__isnull=moment is not None)
    if not changed.update(removed_at=moment, pinned_at=None):
        return False
    if not Comment.objects.hidden().filter(pk=comment_id).exists():
        count_comment(comment, by=1 if moment is None else -1)
    return True
