"""The newest posts of many people at once, in SQL that stays fast for whoever follows a thousand quiet ones.

Never `author IN (…) ORDER BY … LIMIT`: for somebody whose people are quiet, that walks the newest posts of everybody.
Each person's few newest are looked up in the index instead (LATERAL), deeper only where all of the few made the cut.
"""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, Exists, Func, OuterRef, QuerySet
from django.db.models.expressions import RawSQL

from accounts.models import User
from api.compiled import any_of
from api.ids import MAX_ID
from feed.models import PulledAuthor
from posts.models import Post
from social.models import Follow, Mute
from social.visibility import muted_by, person_open_to

FEW = 10

_NEAREST = """
WITH people(id) AS MATERIALIZED ({people}),
live AS NOT MATERIALIZED ({live}),
few AS MATERIALIZED (
    SELECT people.id, newest.timeline_id, newest.place
    FROM people CROSS JOIN LATERAL (
        SELECT timeline_id, row_number() OVER (ORDER BY timeline_id {order}) AS place
        FROM live WHERE author_id = people.id AND timeline_id {beyond} %s
        ORDER BY timeline_id {order} LIMIT %s
    ) newest
),
bar AS (
    SELECT coalesce((SELECT timeline_id FROM few ORDER BY timeline_id {order} OFFSET %s LIMIT 1), {end}) AS timeline_id
),
deep AS (
    SELECT more.timeline_id
    FROM few CROSS JOIN bar CROSS JOIN LATERAL (
        SELECT timeline_id FROM live WHERE author_id = few.id AND timeline_id {beyond} few.timeline_id
        ORDER BY timeline_id {order} LIMIT %s
    ) more
    WHERE few.place = %s AND bar.timeline_id {beyond} few.timeline_id
)
SELECT timeline_id FROM (SELECT timeline_id FROM few UNION ALL SELECT timeline_id FROM deep) found
ORDER BY timeline_id {order} LIMIT %s
"""


def newest(people: QuerySet[Any], viewer: AbstractBaseUser, *, count: int, below: Any = MAX_ID) -> RawSQL:
    """SQL for the `count` newest timeline ids below `below` of live posts by `people` (a queryset of one id each).

    Without those whose audience does not include the viewer: hidden ones would take the places of others.
    """
    return _nearest(people, viewer, count, below, beyond="<", order="DESC", end="0")


def oldest(people: QuerySet[Any], viewer: AbstractBaseUser, *, count: int, above: Any) -> RawSQL:
    """SQL for the `count` oldest timeline ids above `above`: what came next. As `newest`, the other way round."""
    return _nearest(people, viewer, count, above, beyond=">", order="ASC", end=str(MAX_ID))


def _nearest(people: QuerySet[Any], viewer: AbstractBaseUser, count: int, start: Any, **words: str) -> RawSQL:
    people_sql, people_params = people.query.sql_with_params()
    live = Post.objects.live().for_audience_with(viewer).values("author_id", "timeline_id")
    live_sql, live_params = live.query.sql_with_params()
    few = min(FEW, count)
    params = (*people_params, *live_params, start, few, count - 1, count - few, few, count)
    return RawSQL(_NEAREST.format(people=people_sql, live=live_sql, **words), params)  # noqa: S611


def ids_of(query: RawSQL) -> Func:
    """What `newest` finds, as an SQL array."""
    return Func(query, template="ARRAY%(expressions)s", output_field=ArrayField(BigIntegerField()))


def follows_kept() -> QuerySet[Follow]:
    """The follows along which posts travel into feeds: accepted ones, of people the follower has not muted for good.

    A mute with an end keeps no post out of a feed, it hides it there, so that all are shown the moment it ends.
    """
    muted = Exists(Mute.objects.for_good().filter(muter=OuterRef("follower"), muted=OuterRef("followee")))
    return Follow.objects.accepted().filter(~muted)


def authors_kept_for(user: AbstractBaseUser) -> QuerySet[Any]:
    """Whose posts the precomputed feed holds: the user, and those they follow and have not muted for good.

    Suspended and deactivated people too, so that their posts are back in every feed the moment they are.
    """
    followees = follows_kept().filter(follower=user.pk).values("followee")
    return User.objects.get_queryset().filter(pk=user.pk).values("pk").union(followees, all=True)


def authors_shown_to(viewer: AbstractBaseUser) -> QuerySet[Any]:
    """Whose posts `in_feed_of(viewer)` lets through."""
    kept = authors_kept_for(viewer)
    shown = User.objects.get_queryset().filter(person_open_to(viewer), pk__in=kept)
    return shown.exclude(muted_by(viewer, "")).values("pk")


def authors_pulled_now_for(user: AbstractBaseUser) -> QuerySet[Any, Any]:
    """Those of `authors_kept_for` whose posts are not pushed now."""
    current = PulledAuthor.objects.current().values("author")
    return follows_kept().filter(follower=user.pk, followee__in=current).values("followee")


def authors_pulled_for(viewer: AbstractBaseUser, known: Any, upto: Any) -> QuerySet[Any]:
    """Whose posts are pulled into the viewer's feed and let through by `in_feed_of(viewer)`.

    The `known` ones, and those whose number is above `upto`; they stay so after their posts are pushed again.
    """
    kept = follows_kept().filter(follower=viewer.pk)
    # With both ends, PostgreSQL expects few rows for whatever `upto` (of one end, a third), and plans but once.
    newer = PulledAuthor.objects.filter(number__gt=upto, number__lt=MAX_ID)
    newer = newer.filter(Exists(kept.filter(followee=OuterRef("author"))))
    named = kept.filter(any_of("followee_id", known)).values("followee")
    followees = named.union(newer.values("author"), all=True)
    shown = User.objects.get_queryset().filter(person_open_to(viewer), pk__in=followees)
    return shown.exclude(muted_by(viewer, "")).values("pk")
