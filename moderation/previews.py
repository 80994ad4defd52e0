"""What an action will touch, before it is taken."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from accounts.models import Session, User
from moderation.images import count_hits
from moderation.limits import MAX_COUNTED
from moderation.measures import subject_to_change
from moderation.models import Action, Case, SubjectType
from posts.models import Comment, CommentLike, Post, Reaction, Save
from stories.models import Highlight, HighlightItem, Story


def preview(action: str, case: Case) -> dict[str, int]:
    """How many rows of which kind others lose or get back; 1,000 stands for more, too. Empty for what touches none.

    Of refusing an image: how many media would be refused if they were sent now; those that are there stay.
    """
    kind = subject_to_change(case.subject_type, action)
    if kind is None or action not in TOUCHING:
        return {}
    if action == Action.REFUSE_IMAGE:
        return {"media": count_hits(subject_type=case.subject_type, subject_id=case.subject_id)}
    return COUNTS[kind](case.subject_id if kind == case.subject_type else case.owner_id)


TOUCHING = {
    "take_down", "put_back", "suspend", "reinstate", "limit", "unlimit", "mark_sensitive", "unmark", "refuse_image",
}  # fmt: skip


def _number(rows: QuerySet[Any, Any]) -> int:
    return rows.order_by()[:MAX_COUNTED].count()


def _person(pk: int) -> dict[str, int]:
    person = User.objects.get_queryset().filter(pk=pk).first()
    if person is None:
        return {}
    return {
        "posts": _number(Post.objects.live().filter(author=pk)),
        "stories": _number(Story.objects.current().filter(author=pk)),
        "highlights": _number(Highlight.objects.filter(owner=pk)),
        "comments": _number(Comment.objects.live().filter(author=pk)),
        "followers": person.followers_count,
        "following": person.following_count,
        "sessions": _number(Session.objects.live().filter(user=pk)),
    }


def _post(pk: int) -> dict[str, int]:
    return {
        "comments": _number(Comment.objects.live().filter(post=pk)),
        "reactions": _number(Reaction.objects.filter(post=pk)),
        "saves": _number(Save.objects.filter(post=pk)),
    }


def _comment(pk: int) -> dict[str, int]:
    return {"likes": _number(CommentLike.objects.filter(comment=pk))}  # replies keep their place


def _story(pk: int) -> dict[str, int]:
    return {"highlights": _number(HighlightItem.objects.filter(story=pk))}


def _highlight(pk: int) -> dict[str, int]:
    return {"stories": _number(HighlightItem.objects.filter(highlight=pk))}


COUNTS: dict[str, Callable[[int], dict[str, int]]] = {
    SubjectType.USER: _person,
    SubjectType.POST: _post,
    SubjectType.COMMENT: _comment,
    SubjectType.STORY: _story,
    SubjectType.HIGHLIGHT: _highlight,
}
