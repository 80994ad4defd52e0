"""Tags and places: who follows a tag, how many posts each has, which tags trend."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from api.ids import id_at
from api.problems import Problem
from posts.limits import MAX_TAGS_FOLLOWED, MAX_TRENDING
from posts.models import Place, Post, PostTag, Tag, TagFollow, TrendingTag
from posts.models.labels import MAX_COUNTED
from posts.models.liveness import live_q
from social.visibility import public_q

RECENT = timedelta(minutes=20)  # what was used since is counted again
COUNT_HOLDS = timedelta(minutes=10)  # but not more often than this
COUNTED_AT_ONCE = 200
WINDOWS = [timedelta(days=1), timedelta(days=7), timedelta(days=30)]
BASELINE_DAYS = 7
MIN_PEOPLE = 2  # one account that repeats itself is not a trend
MIN_TRENDING = 5
MAX_USES_READ = 500_000


@transaction.atomic
def follow_tag(*, user: User, tag: Tag) -> None:
    """Adds a tag to the list one reads. Repeated, it changes nothing. `tag_cap` beyond 200."""
    User.objects.get_queryset().select_for_update(no_key=True).get(pk=user.pk)
    followed = TagFollow.objects.filter(user=user)
    if followed.filter(tag=tag).exists():
        return
    if followed.count() >= MAX_TAGS_FOLLOWED:
        raise Problem("tag_cap")
    TagFollow.objects.create(user=user, tag=tag)


def unfollow_tag(*, user: User, normalized_name: str) -> None:
    """Takes a tag off the list, whether or not one still sees it."""
    TagFollow.objects.filter(user=user, tag__normalized_name=normalized_name).delete()


def count_label_uses() -> int:
    """Counts the posts of tags and places anew: the ones just used, and those whose count is oldest."""
    since = id_at(timezone.now() - RECENT)
    tags = PostTag.objects.filter(timeline_id__gt=since).values_list("tag", flat=True)
    places = Post.objects.filter(timeline_id__gt=since, place__isnull=False).values_list("place", flat=True)
    return sum(
        _count(row)
        for model, used in ((Tag, tags), (Place, places))
        for row in _due(model.objects.all(), used.distinct()[:COUNTED_AT_ONCE])
    )


def _due(rows: QuerySet[Any], used: Iterable[int]) -> list[Any]:
    """The rows just used, and as many again in the order of their counts' age."""
    stale = rows.filter(Q(counted_at__isnull=True) | Q(counted_at__lt=timezone.now() - COUNT_HOLDS))
    oldest = stale.order_by(F("counted_at").asc(nulls_first=True))[:COUNTED_AT_ONCE]
    return list({row.pk: row for row in [*stale.filter(pk__in=list(used)), *oldest]}.values())


def _count(row: Any) -> int:
    """One row's numbers, each counted to 100,000 at most, and the newest post that is spelled as it is shown."""
    rows = type(row).objects.all()
    public = rows.public_uses_of(row)
    spelled = public.filter(**{rows.wording: rows.spelling_of(public)}).order_by("-timeline_id")
    found = {
        "uses_count": rows.uses_of(row)[:MAX_COUNTED].count(),
        "posts_count": public[:MAX_COUNTED].count(),
        "spelled_by": spelled.values_list(rows.post or "pk", flat=True).first(),
    }
    return int(rows.filter(pk=row.pk).update(counted_at=timezone.now(), **found))


@transaction.atomic
def rank_trending() -> int:
    """Writes the list of trending tags anew; says how many it has.

    A tag's weight is the number of different public accounts that used it, beside what is usual for it: an account
    counts once, however often it posts. A quiet day is filled up from longer windows.
    """
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '60s'")
    found: dict[int, dict[str, Any]] = {}
    for window in WINDOWS:
        for entry in _most_used(now, window):
            found.setdefault(entry["tag_id"], entry)
        if len(found) >= MIN_TRENDING:
            break
    rows = [
        TrendingTag(rank=rank, computed_at=now, **entry)
        for rank, entry in enumerate(list(found.values())[:MAX_TRENDING], 1)
    ]
    TrendingTag.objects.all().delete()
    TrendingTag.objects.bulk_create(rows, ignore_conflicts=True)  # two schedulers at once
    return len(rows)


def _most_used(now: datetime, window: timedelta) -> list[dict[str, Any]]:
    """The tags of a window that at least two people used, best first."""
    used = _used(now - window, now).filter(people__gte=MIN_PEOPLE)
    recent = {row["tag"]: row for row in used.order_by("-people")[: 10 * MAX_TRENDING]}
    before = _used(now - window - timedelta(days=BASELINE_DAYS), now - window).filter(tag__in=recent)
    share = min(1.0, window / timedelta(days=BASELINE_DAYS))
    usual = {row["tag"]: row["people"] * share for row in before}
    best = sorted(recent.values(), key=lambda row: (-_weight(row["people"], usual.get(row["tag"], 0)), row["tag"]))
    hours = int(window.total_seconds() // 3600)
    return [
        {"tag_id": row["tag"], "people_count": row["people"], "posts_count": row["posts"], "window_hours": hours}
        for row in best
    ]


def _used(start: datetime, end: datetime) -> QuerySet[Any]:
    """How many people and posts used each tag in public between two moments, of the newest half million uses."""
    uses = PostTag.objects.filter(timeline_id__gt=id_at(start), timeline_id__lte=id_at(end, 1023))
    newest = uses.order_by("-timeline_id").values("pk")[:MAX_USES_READ]
    public = PostTag.objects.filter(live_q("post"), public_q("post"), pk__in=newest)
    return public.values("tag").annotate(people=Count("post__author", distinct=True), posts=Count("post"))


def _weight(people: int, usual: float) -> float:
    """How far above the usual, in units of what chance would make of it."""
    return float((people - usual) / (usual + 1) ** 0.5)
