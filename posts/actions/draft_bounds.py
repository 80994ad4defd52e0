"""How many drafts there may be, and when they may be published. Called inside the transactions that write them."""

from datetime import datetime

from django.utils import timezone

from accounts.models import User
from api.problems import Invalid, Problem
from posts.limits import MAX_DRAFTS, MAX_PUBLISH_AHEAD, PUBLISH_TOLERANCE
from posts.models import Post


def check_drafts(*, author: User) -> None:
    """After another draft was made: `draft_cap` if there are more than 100 now."""
    User.objects.get_queryset().select_for_update(no_key=True).get(pk=author.pk)
    if Post.objects.drafts_of(author).count() > MAX_DRAFTS:
        raise Problem("draft_cap")


def moment_ahead(*, publish_at: datetime) -> datetime | None:
    """The moment, if it is still to come; None if it has just passed, which means now.

    `Invalid` for one that passed more than five minutes ago or is more than a year ahead.
    """
    now = timezone.now()
    if publish_at < now - PUBLISH_TOLERANCE:
        raise Invalid("publish_at", "min_value", "This moment has passed.")
    if publish_at > now + MAX_PUBLISH_AHEAD:
        raise Invalid("publish_at", "max_value", f"At most {MAX_PUBLISH_AHEAD.days} days from now.")
    return publish_at if publish_at > now else None
