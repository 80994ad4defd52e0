"""A few reports in the demo world and a case that is decided, for whoever looks at the admin."""

from collections.abc import Iterable, Sequence

from django.db import transaction

from accounts.models import User
from api.problems import Problem
from moderation import actions
from moderation.models import Report
from posts.models import Comment, Post

REPORTS = [  # of posts, in their order
    ("spam", "I see this bridge every day now."),
    ("copyright", "I think I took this picture."),
    ("other", ""),
]
REPORTERS = 2  # of each, where so many see it


@transaction.atomic
def report_some(people: Sequence[User]) -> None:
    """Has some of these people report posts and a comment of others; the last post's case is decided. Not repeated."""
    if Report.objects.filter(reporter__in=people).exists():
        return
    posts = Post.objects.public().filter(author__in=people).order_by("timeline_id")[: len(REPORTS)]
    last: Report | None = None
    for post, (category, words) in zip(posts, REPORTS, strict=False):
        last = _report(people, "post", post.pk, category, words) or last
    for comment in Comment.objects.live().filter(post__in=Post.objects.public(), author__in=people).order_by("pk")[:1]:
        _report(people, "comment", comment.pk, "harassment", "This is not kind.")
    if last is not None:
        actions.decide(moderator=None, automatic=True, case_id=last.case_id, action="dismiss", reason="no_violation")


def _report(people: Iterable[User], kind: str, number: int, category: str, words: str) -> Report | None:
    """By the first who see it and did not make it; the last of these reports."""
    made: list[Report] = []
    for person in people:
        try:
            if len(made) < REPORTERS:
                made.append(_by(person, kind, number, category, words))
        except Problem:  # not theirs to see, or their own
            continue
    return made[-1] if made else None


def _by(person: User, kind: str, number: int, category: str, words: str) -> Report:
    found, _ = actions.report(reporter=person, subject_type=kind, subject_id=number, category=category, comment=words)
    return found
