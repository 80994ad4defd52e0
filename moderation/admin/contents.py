"""What cases are about, read for many at once: the words, the pictures, whose it is, and whether all see it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from media.models import Media
from moderation.models import Case, SubjectType
from moderation.subjects import SUBJECTS


@dataclass(frozen=True)
class Content:
    """What a case is about. `row` is None if it is gone for good; then its evidence is all there is."""

    row: Any
    owner: User | None
    is_public: bool
    text: str = ""
    media: tuple[Media, ...] = ()
    where: Any = None  # the post of a comment


@dataclass(frozen=True)
class _Kind:
    """How one kind of subject is read, and where its words and pictures are."""

    read: Callable[[QuerySet[Any]], QuerySet[Any]]
    text: Callable[[Any], str]
    media: Callable[[Any], Iterable[Media]]


def _of_post(post: Any) -> list[Media]:
    return [item.media for item in sorted(post.items.all(), key=lambda item: item.position)]


def _of_highlight(highlight: Any) -> list[Media]:
    return [item.story.media for item in sorted(highlight.items.all(), key=lambda item: item.position)]


KINDS: dict[str, _Kind] = {
    SubjectType.USER: _Kind(
        lambda rows: rows.select_related("avatar").prefetch_related("avatar__renditions"),
        lambda user: "\n".join(filter(None, [user.name, user.bio, user.website])),
        lambda user: [user.avatar] if user.avatar else [],
    ),
    SubjectType.POST: _Kind(
        lambda rows: rows.prefetch_related("items__media__renditions"), lambda post: post.caption, _of_post
    ),
    SubjectType.COMMENT: _Kind(
        lambda rows: rows.select_related("post"), lambda comment: comment.text, lambda comment: []
    ),
    SubjectType.STORY: _Kind(
        lambda rows: rows.select_related("media").prefetch_related("media__renditions"),
        lambda story: "",
        lambda story: [story.media],
    ),
    SubjectType.HIGHLIGHT: _Kind(
        lambda rows: rows.prefetch_related("items__story__media__renditions"),
        lambda highlight: highlight.title,
        _of_highlight,
    ),
}


def contents_of(cases: Iterable[Case]) -> dict[int, Content]:
    """The content of each case, by the case's id; a constant number of queries for each kind of subject."""
    cases = list(cases)
    owners = User.objects.get_queryset().in_bulk({case.owner_id for case in cases})
    found: dict[int, Content] = {}
    for kind in {case.subject_type for case in cases}:
        own = [case for case in cases if case.subject_type == kind]
        ids = {case.subject_id for case in own}
        rows = KINDS[kind].read(SUBJECTS[kind].rows()).in_bulk(ids)
        public = set(SUBJECTS[kind].public().filter(pk__in=ids).values_list("pk", flat=True))
        for case in own:
            found[case.pk] = _content(kind, rows.get(case.subject_id), owners.get(case.owner_id), case, public)
    return found


def _content(kind: str, row: Any, owner: User | None, case: Case, public: set[int]) -> Content:
    if row is None:
        return Content(None, owner, is_public=False)
    where = row.post if kind == SubjectType.COMMENT else None
    media = tuple(KINDS[kind].media(row))
    return Content(row, owner, case.subject_id in public, KINDS[kind].text(row), media, where)
