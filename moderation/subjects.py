"""What moderation needs of each kind of subject: finding it, whose it is, who sees it, what it says now."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User, active_q
from moderation.models import Case, SubjectType
from posts.models import Comment, Post
from social.people import people_visible_to
from social.visibility import public_q, shared_with_all_q
from stories.models import Highlight, HighlightItem, Story

Snapshot = dict[str, Any]


@dataclass(frozen=True)
class Subject:
    """A kind of thing that can be reported."""

    rows: Callable[[], QuerySet[Any]]
    visible_to: Callable[[AbstractBaseUser], QuerySet[Any]]
    public: Callable[[], QuerySet[Any]]
    owner_of: Callable[[Any], int]
    snapshot: Callable[[Any], Snapshot]


def _person(row: User) -> Snapshot:
    return {
        "username": row.username, "name": row.name, "text": row.bio, "website": row.website,
        "media": [str(row.avatar_id)] if row.avatar_id else [],
    }  # fmt: skip


def _post(row: Post) -> Snapshot:
    media = row.items.order_by("position").values_list("media", flat=True)
    return {"text": row.caption, "place": row.place_name, "media": [str(pk) for pk in media]}


def _comment(row: Comment) -> Snapshot:
    return {"text": row.text, "post": str(row.post_id), "media": []}


def _story(row: Story) -> Snapshot:
    return {"text": "", "media": [str(row.media_id)]}


def _highlight(row: Highlight) -> Snapshot:
    stories = list(row.items.order_by("position").values_list("story", "story__media"))
    cover = [str(row.cover_media_id)] if row.cover_media_id else []
    return {
        "text": row.title, "stories": [str(story) for story, _ in stories],
        "media": cover + [str(media) for _, media in stories],
    }  # fmt: skip


def _reportable_comments(viewer: AbstractBaseUser) -> QuerySet[Comment]:
    """Readable, or hidden from others under a post of the viewer's, who may read them in a list of their own."""
    return Comment.objects.readable_by(viewer) | Comment.objects.hidden_for_author(viewer)


def _public_comments() -> QuerySet[Comment]:
    return Comment.objects.live().filter(post__in=Post.objects.public())


def _public_highlights() -> QuerySet[Highlight]:
    """Of people who are open to all, with nothing in them that is for few."""
    shown = Story.objects.live().filter(public_q()).values("pk")
    for_few = HighlightItem.objects.filter(highlight=OuterRef("pk")).exclude(story__in=shown)
    open_to_all = active_q("owner") & shared_with_all_q("owner")
    return Highlight.objects.filter(open_to_all, ~Exists(for_few), removed_at__isnull=True)


SUBJECTS: dict[str, Subject] = {
    SubjectType.USER: Subject(
        rows=lambda: User.objects.get_queryset().exclude(purged_at__isnull=False),
        visible_to=people_visible_to,
        public=User.objects.active,
        owner_of=lambda row: row.pk,
        snapshot=_person,
    ),
    SubjectType.POST: Subject(
        rows=Post.objects.all,
        visible_to=Post.objects.visible_to,
        public=Post.objects.public,
        owner_of=lambda row: row.author_id,
        snapshot=_post,
    ),
    SubjectType.COMMENT: Subject(
        rows=Comment.objects.all,
        visible_to=_reportable_comments,
        public=_public_comments,
        owner_of=lambda row: row.author_id,
        snapshot=_comment,
    ),
    SubjectType.STORY: Subject(
        rows=Story.objects.all,
        visible_to=Story.objects.visible_to,
        public=lambda: Story.objects.current().filter(public_q()),
        owner_of=lambda row: row.author_id,
        snapshot=_story,
    ),
    SubjectType.HIGHLIGHT: Subject(
        rows=Highlight.objects.all,
        visible_to=Highlight.objects.visible_to,
        public=_public_highlights,
        owner_of=lambda row: row.owner_id,
        snapshot=_highlight,
    ),
}


def subject_visible_to(viewer: AbstractBaseUser, subject_type: str, subject_id: int) -> Any | None:
    """What somebody may report: what the visibility rule shows them; None for all else."""
    return SUBJECTS[subject_type].visible_to(viewer).filter(pk=subject_id).first()


def subject_of(case: Case) -> Any | None:
    """The subject of a case, whether others see it or not; None if it is gone for good."""
    return SUBJECTS[case.subject_type].rows().filter(pk=case.subject_id).first()


def is_public(case: Case) -> bool:
    """Whether everybody sees the subject, so that a moderator's look is nothing special."""
    return SUBJECTS[case.subject_type].public().filter(pk=case.subject_id).exists()


def lookable(case: Case) -> bool:
    """Whether moderators may look at the subject: what is not public only on account of a report."""
    return case.reports_count > 0 or is_public(case)
