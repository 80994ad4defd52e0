"""Comments that the author of a post shows first."""

from django.db import transaction
from django.utils import timezone

from api.problems import Problem
from posts.limits import MAX_PINNED_COMMENTS
from posts.models import Comment, Post


@transaction.atomic
def pin_comment(*, comment: Comment) -> None:
    """Pins a comment to its post. Repeated, it changes nothing.

    `Problem("comment_pin_cap")` beyond three, `Problem("conflict")` for a reply. Pinned comments of
    people who are away are unpinned to make room: the post's author does not see them, and so could not do it.
    """
    post = Post.objects.locked().select_related("author").filter(pk=comment.post_id).first()
    row = Comment.objects.live().filter(pk=comment.pk).first()
    if post is None or row is None:  # deleted since it was found
        raise Problem("not_found")
    if row.parent_id is not None:
        raise Problem("conflict", "A reply cannot be pinned")
    if row.pinned_at is not None:
        return
    pinned = Comment.objects.live().pinned_to(post)
    if pinned.count() >= MAX_PINNED_COMMENTS:
        seen = list(pinned.readable_by(post.author).values_list("pk", flat=True))
        pinned.exclude(pk__in=seen).update(pinned_at=None)
        if len(seen) >= MAX_PINNED_COMMENTS:
            raise Problem("comment_pin_cap")
    Comment.objects.filter(pk=row.pk).update(pinned_at=timezone.now())


def unpin_comment(*, comment: Comment) -> None:
    """Takes the pin off. Repeated, it changes nothing."""
    Comment.objects.filter(pk=comment.pk, pinned_at__isnull=False).update(pinned_at=None)
