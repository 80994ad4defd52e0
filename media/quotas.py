"""How much one person may keep: bytes and files, counted over their own media.

A media counts the size of its original, also where its bytes are shared with others: what one person has must not
depend on what others have. What counts is what `owned_by` shows its owner, so deleting any of it frees quota at once,
while a post in the trash still holds its media. Renditions cost nobody anything.

The bytes of what was deleted are kept for the grace period all the same. So that nobody fills a store by sending and
deleting, what one keeps and what one deleted lately may together come to twice the limit, and no more.

Nothing is locked: uploads at the same time do not see each other, so together they may pass a limit by as much as is
in flight, at most the requests that one person has open at once.
"""

from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Count, Sum
from django.utils import timezone

from api.problems import Problem
from media.models import Media

BACKLOG_SECONDS = 30
IN_ALL = 2  # times the limit, with what was deleted lately


class Share(NamedTuple):
    """What is used of a limit; a limit of None is none."""

    used: int
    limit: int | None

    def has_room(self, more: int) -> bool:
        return self.limit is None or self.used + more <= self.limit


class Quota(NamedTuple):
    """Both shares of one person."""

    bytes: Share
    files: Share


class Limits(NamedTuple):
    """What everybody may keep; None is no limit."""

    bytes: int | None
    files: int | None


def limits() -> Limits:
    """The limits as the settings have them."""
    return Limits(settings.QUOTA_BYTES or None, settings.QUOTA_FILES or None)


def quota_of(person: AbstractBaseUser) -> Quota:
    """What the person uses and may use: one aggregate over the index `media_quota`."""
    used = Media.objects.owned_by(person).aggregate(bytes=Sum("size", default=0), files=Count("*"))
    most = limits()
    return Quota(Share(used["bytes"], most.bytes), Share(used["files"], most.files))


def check_room(person: AbstractBaseUser, more_bytes: int) -> None:
    """Raises `quota_exceeded` if one more file of so many bytes does not fit."""
    if limits() == (None, None):
        return
    quota = quota_of(person)
    if not quota.bytes.has_room(more_bytes):
        raise _exceeded(quota, f"{quota.bytes.used} of {quota.bytes.limit} bytes are used; delete media to make room")
    if not quota.files.has_room(1):
        raise _exceeded(quota, f"{quota.files.used} of {quota.files.limit} files are used; delete media to make room")
    if quota.bytes.limit is not None:
        _check_grace(person, quota, more_bytes)


def check_backlog(person: AbstractBaseUser) -> None:
    """Raises `too_many_processing` if the person has as many files in processing as one may have."""
    if Media.objects.in_processing().filter(owner=person.pk).count() >= settings.MAX_PROCESSING:
        detail = f"{settings.MAX_PROCESSING} of your files are still being processed; send the next when some are done"
        raise Problem("too_many_processing", detail, retry_after=BACKLOG_SECONDS)


def _check_grace(person: AbstractBaseUser, quota: Quota, more_bytes: int) -> None:
    since = timezone.now() - timedelta(days=settings.MEDIA_GRACE_DAYS)
    deleted = Media.objects.deleted_lately_by(person, since).aggregate(bytes=Sum("size", default=0))["bytes"]
    if quota.bytes.used + deleted + more_bytes > IN_ALL * (quota.bytes.limit or 0):
        raise _exceeded(quota, f"{deleted} bytes that you deleted lately are still kept for a while")


def _exceeded(quota: Quota, detail: str) -> Problem:
    shares = {name: share._asdict() for name, share in quota._asdict().items()}
    return Problem("quota_exceeded", detail, quota=shares)
