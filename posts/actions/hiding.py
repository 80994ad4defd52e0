"""Comments with words that the post's author does not want to read: the list, and letting one of them be seen."""

from collections.abc import Sequence

from django.db import transaction

from accounts.models import User
from events.actions import record
from posts.actions.commenting import count_comment, lock_post_of
from posts.models import Comment, HiddenWords


def set_hidden_words(*, person: User, words: Sequence[str]) -> None:
    """Replaces the person's list. What is written from now on is judged by it."""
    HiddenWords.objects.update_or_create(person=person, defaults={"words": list(words)})


@transaction.atomic
def approve_comment(*, comment: Comment) -> None:
    """Shows a hidden comment to all who may see its post, and with a reply the comment that it answers. It counts and
    tells people from now on. Repeated, it changes nothing."""
    lock_post_of(comment)
    rows = Comment.objects.filter(pk__in=[pk for pk in (comment.parent_id, comment.pk) if pk is not None])
    for row in rows.hidden().select_for_update(no_key=True, of=("self",)).order_by("pk"):
        Comment.objects.filter(pk=row.pk).update(hidden_for=None)
        if row.deleted_at is None and row.removed_at is None:
            count_comment(row, by=1)
            record("commented", comment_id=row.pk)
