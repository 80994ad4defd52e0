"""Drafts: posts that only their author sees, until they publish them or `publish_at` comes."""

from django.db import transaction

from accounts.models import User, active_q
from api.problems import Problem
from posts.actions.publishing import release_draft, shows_withheld
from posts.models import Post

PUBLISHED_AT_ONCE = 500  # in one run of the task


@transaction.atomic
def publish_draft(*, post: Post) -> Post:
    """Publishes a draft, whatever its `publish_at`. It appears at once if its media are ready, else when they are;
    what is no draft stays as it is.

    `Problem("conflict")` for what is archived and for media of something that was taken down, `Problem("not_found")` if
    it is in the trash by now.
    """
    row = Post.objects.locked().filter(pk=post.pk, deleted_at__isnull=True, removed_at__isnull=True).first()
    if row is None:
        raise Problem("not_found")
    if row.archived_at is not None:
        raise Problem("conflict", "It is archived")
    if row.is_draft:
        release_draft(post=row)
    return row


def publish_due() -> int:
    """Publishes the drafts whose moment has come, the earliest first, each in a transaction of its own; says how many.

    Those of a moment that passed while no worker ran are among them. One that somebody else holds is left for the next
    run, so several workers may do this at once.
    """
    due = Post.objects.due().order_by("publish_at", "pk").values_list("pk", flat=True)
    return sum(_publish_if_due(post_id) for post_id in list(due[:PUBLISHED_AT_ONCE]))


@transaction.atomic
def _publish_if_due(post_id: int) -> bool:
    """Of who is away by then (suspended, deactivated, about to be deleted) nothing is published, nor what moderators
    have taken down, or something else with its media: it stays a draft, and is not published late when that ends.
    """
    row = Post.objects.due().select_for_update(no_key=True, of=("self",), skip_locked=True).filter(pk=post_id).first()
    if row is None:  # published, put off, called off or deleted since it was listed, or just being changed
        return False
    is_there = User.objects.get_queryset().filter(active_q(), pk=row.author_id).exists()
    if is_there and row.removed_at is None and not shows_withheld(post=row):
        release_draft(post=row)
        return True
    row.publish_at = None
    row.save(update_fields=["publish_at"])
    return False
