"""What people do to each other. Each is one transaction that first locks both people, in the order of their ids:
so follow ∥ block never leaves both, counts equal rows, and nothing deadlocks.
"""

import functools
from collections import Counter
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import BigIntegerField, F, Func, Q, QuerySet, Value
from django.db.models.functions import Greatest
from django.http import Http404
from django.utils import timezone

from accounts.models import User
from api.actions import delete_some
from api.compiled import CompiledWrite, Parameters, any_of, compiled
from api.problems import Problem
from events.actions import record, record_each
from social.models import Block, CloseFriend, Follow, Mute

FOLLOWING, REQUESTED = "following", "requested"
PURGED_AT_ONCE = 500
# A request that is accepted is numbered anew: lists of people begin with whoever followed last, and what is newer than
# a page has greater numbers.
_SEQUENCE = Func(Value("social_follow"), Value("id"), function="pg_get_serial_sequence")
NEXT_NUMBER = Func(_SEQUENCE, function="nextval", output_field=BigIntegerField())


@compiled
def _people_locked(given: Parameters) -> QuerySet[Any, Any]:
    people = User.objects.get_queryset().filter(any_of("pk", given.ids("people"))).order_by("pk")
    return people.select_for_update(no_key=True)


@compiled
def _follow_between(given: Parameters) -> QuerySet[Any, Any]:
    return Follow.objects.filter(follower=given.id("follower"), followee=given.id("followee"))


@compiled
def _blockers_between(given: Parameters) -> QuerySet[Any, Any]:
    one, other = given.id("one"), given.id("other")
    either = Q(blocker=one, blocked=other) | Q(blocker=other, blocked=one)
    return Block.objects.filter(either).values_list("blocker")


@compiled
def _last_allowed_follow(given: Parameters, *, cap: int) -> QuerySet[Any, Any]:
    return Follow.objects.filter(follower=given.id("follower")).values_list("followee")[cap - 1 : cap]


# Both people are locked already; one statement for both.
_COUNT_FOLLOW = """
UPDATE accounts_user SET
    following_count = greatest(following_count + CASE id WHEN %(follower)s::bigint THEN %(by)s::integer ELSE 0 END, 0),
    followers_count = greatest(followers_count + CASE id WHEN %(followee)s::bigint THEN %(by)s::integer ELSE 0 END, 0)
WHERE id IN (%(follower)s::bigint, %(followee)s::bigint)
RETURNING id
"""


@functools.cache
def _counting() -> CompiledWrite:
    return CompiledWrite(_COUNT_FOLLOW)


def _lock(*ids: int) -> dict[int, User]:
    """The people, locked against each other's changes. NO KEY: rows that only refer to them may still be written."""
    return {person.pk: person for person in _people_locked().instances(people=ids)}


def _lock_both(one: AbstractBaseUser, other: AbstractBaseUser) -> dict[int, User]:
    """As `_lock`; 404 if one of them was removed since they were looked up."""
    people = _lock(one.pk, other.pk)
    if len(people) < 2:
        raise Http404
    return people


def _follow_of(follower_id: int, followee_id: int) -> Follow | None:
    rows: list[Follow] = _follow_between().instances(follower=follower_id, followee=followee_id)
    return rows[0] if rows else None


def _count_follow(follow: Follow, by: int) -> None:
    _counting().rows(follower=follow.follower_id, followee=follow.followee_id, by=by)


def _accept(follow: Follow) -> None:
    follow.accepted_at = timezone.now()
    if follow.pk is None:
        follow.save(force_insert=True)
    else:
        Follow.objects.filter(pk=follow.pk).update(id=NEXT_NUMBER, accepted_at=follow.accepted_at)
    _count_follow(follow, +1)


def _remove(follow: Follow | None) -> None:
    if follow is None:
        return
    if follow.accepted_at is not None:
        _count_follow(follow, -1)
    follow.delete()


def follow(*, follower: AbstractBaseUser, followee: AbstractBaseUser) -> str:
    """Follows a public account at once, asks a private one; repeated, says how it stands.

    Raises 404 if the followee has blocked the follower, `conflict` if it is the other way round or the same person,
    `follow_cap` beyond the cap.
    """
    if follower.pk == followee.pk:
        raise Problem("conflict", "One cannot follow oneself")
    with transaction.atomic():
        people = _lock_both(follower, followee)
        _refuse_blocked(follower, followee)
        row = _follow_of(follower.pk, followee.pk)
        if row is None:
            if _last_allowed_follow(cap=settings.FOLLOW_CAP).exists(follower=follower.pk):
                raise Problem("follow_cap", f"One may follow {settings.FOLLOW_CAP} people")
            row = Follow(follower=people[follower.pk], followee=people[followee.pk])
        if row.accepted_at is None and not people[followee.pk].is_private:
            _accept(row)
            record("followed", follower_id=row.follower_id, followee_id=row.followee_id)
        elif row.pk is None:
            row.save(force_insert=True)
            record("follow_requested", follower_id=row.follower_id, followee_id=row.followee_id)
        return FOLLOWING if row.accepted_at else REQUESTED


def _refuse_blocked(actor: AbstractBaseUser, target: AbstractBaseUser) -> None:
    blockers = _blockers_between().column(one=actor.pk, other=target.pk)
    if target.pk in blockers:
        raise Http404
    if blockers:
        raise Problem("conflict", "You have blocked this account; unblock it first")


def unfollow(*, follower_id: int, followee_id: int) -> None:
    """Takes back a follow or a request; nothing happens where there is none."""
    with transaction.atomic():
        _lock(follower_id, followee_id)
        _remove(_follow_of(follower_id, followee_id))


def remove_follower(*, followee: AbstractBaseUser, follower_id: int) -> None:
    """Ends a follow or request of somebody, who leaves one's close friends; nothing happens where there is none."""
    with transaction.atomic():
        _lock(follower_id, followee.pk)
        _remove(Follow.objects.filter(follower=follower_id, followee=followee.pk).first())
        CloseFriend.objects.filter(owner=followee.pk, friend=follower_id).delete()


def accept(*, followee: AbstractBaseUser, follower_id: int) -> None:
    """Lets a follower in; 404 if they have not asked (any more)."""
    with transaction.atomic():
        _lock(follower_id, followee.pk)
        row = Follow.objects.filter(follower=follower_id, followee=followee.pk).first()
        if row is None:
            raise Http404
        if row.accepted_at is None:
            _accept(row)
            record("request_accepted", follower_id=follower_id, followee_id=followee.pk)


def reject(*, followee: AbstractBaseUser, follower_id: int) -> None:
    """Turns a request down; an accepted follower stays (see `unfollow`)."""
    with transaction.atomic():
        _lock(follower_id, followee.pk)
        Follow.objects.pending().filter(follower=follower_id, followee=followee.pk).delete()


@transaction.atomic
def accept_pending(*, user_id: int) -> int:
    """Lets in everybody who has asked, after the account was opened: all or none. Says how many.

    All of them are locked by one statement, so that batches cannot meet other people's follows in another order. Nobody
    joins them meanwhile: a follow of an open account is no request. 0 if it was closed again.
    """
    asking = Follow.objects.pending().filter(followee=user_id)
    ids = [user_id, *asking.values_list("follower_id", flat=True)]
    people = User.objects.get_queryset()
    locked = people.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True)
    if dict(locked.values_list("pk", "is_private")).get(user_id, True):
        return 0
    followers = list(asking.values_list("follower_id", flat=True))
    people.filter(pk__in=followers).update(following_count=F("following_count") + 1)
    people.filter(pk=user_id).update(followers_count=F("followers_count") + len(followers))
    events = [{"follower_id": pk, "followee_id": user_id} for pk in followers]
    record_each(name="request_accepted", payloads=events)
    return asking.filter(follower__in=followers).update(id=NEXT_NUMBER, accepted_at=timezone.now())


def block(*, blocker: AbstractBaseUser, blocked: AbstractBaseUser) -> None:
    """To `blocked`, `blocker` is gone from the next request on. Follows, requests and closeness end, both ways."""
    if blocker.pk == blocked.pk:
        raise Problem("conflict", "One cannot block oneself")
    with transaction.atomic():
        _lock_both(blocker, blocked)
        both = Q(follower=blocker.pk, followee=blocked.pk) | Q(follower=blocked.pk, followee=blocker.pk)
        for row in Follow.objects.filter(both):
            _remove(row)
        CloseFriend.objects.filter(_close_either_way(blocker.pk, blocked.pk)).delete()
        Block.objects.get_or_create(blocker_id=blocker.pk, blocked_id=blocked.pk)


def _close_either_way(one: int, other: int) -> Q:
    return Q(owner=one, friend=other) | Q(owner=other, friend=one)


def unblock(*, blocker: AbstractBaseUser, username: str) -> None:
    """Ends a block; follows do not come back."""
    Block.objects.filter(blocker=blocker.pk, blocked__username=username.lower()).delete()


def add_close_friend(*, owner: AbstractBaseUser, friend: AbstractBaseUser) -> None:
    """Lets somebody see what the owner shares with close friends; they are not told. Repeated, it changes nothing.

    Raises 404 if they have blocked the owner, `conflict` if it is the other way round or the same person.
    """
    if owner.pk == friend.pk:
        raise Problem("conflict", "One is not among one's own close friends")
    with transaction.atomic():
        _lock_both(owner, friend)
        _refuse_blocked(owner, friend)
        _, is_new = CloseFriend.objects.get_or_create(owner_id=owner.pk, friend_id=friend.pk)
        if is_new:
            record("close_friend_added", follower_id=friend.pk, followee_id=owner.pk)


def remove_close_friend(*, owner: AbstractBaseUser, username: str) -> None:
    """Takes somebody off the list, whether or not one still sees them."""
    CloseFriend.objects.filter(owner=owner.pk, friend__username=username.lower()).delete()


def mute(*, muter: AbstractBaseUser, muted: AbstractBaseUser, until: datetime | None = None) -> None:
    """Hides somebody from the feed, for good or until a moment; they are not told. Repeated, the last word counts.

    Feeds hold no posts of people who are muted for good, so one that is given an end has to fetch them.
    """
    if muter.pk == muted.pk:
        raise Problem("conflict", "One cannot mute oneself")
    with transaction.atomic():
        _lock_both(muter, muted)
        row = Mute.objects.filter(muter=muter.pk, muted=muted.pk).select_for_update(of=("self",)).first()
        if row is None:
            Mute.objects.create(muter_id=muter.pk, muted_id=muted.pk, expires_at=until)
        elif row.expires_at != until:
            if row.expires_at is None:
                record("mute_limited", follower_id=muter.pk, followee_id=muted.pk)
            row.expires_at = until
            row.save(update_fields=["expires_at"])


def unmute(*, muter: AbstractBaseUser, username: str) -> None:
    """Ends a mute; what was published meanwhile comes back to the feed."""
    with transaction.atomic():
        muted = Mute.objects.filter(muter=muter.pk, muted__username=username.lower())
        row = muted.select_for_update(of=("self",)).first()
        if row is not None:
            row.delete()
            record("unmuted", follower_id=muter.pk, followee_id=row.muted_id)


def prune_mutes() -> int:
    """Removes mutes that have ended; says how many."""
    count, _ = Mute.objects.over().delete()
    return count


def purge_person(*, user_id: int, most: int = PURGED_AT_ONCE) -> bool:
    """Ends relations of somebody who is purged, at most so many of each kind; whether none is left."""
    if not User.objects.get_queryset().purged().filter(pk=user_id).exists():
        return True
    ended = [_end_follows(most, follower=user_id), _end_follows(most, followee=user_id)]
    rows = (
        Block.objects.filter(Q(blocker=user_id) | Q(blocked=user_id)),
        Mute.objects.filter(Q(muter=user_id) | Q(muted=user_id)),
        CloseFriend.objects.filter(Q(owner=user_id) | Q(friend=user_id)),
    )
    return sum([*ended, *(delete_some(rows=some, most=most) for some in rows)]) == 0


@transaction.atomic
def _end_follows(most: int, **whose: int) -> int:
    """Some of the person's follows or followers, everybody's counts with them: one lock of all, as `accept_pending`."""
    found = list(Follow.objects.filter(**whose).order_by("pk")[:most])
    _lock(*{pk for row in found for pk in (row.follower_id, row.followee_id)})
    rows = Follow.objects.filter(pk__in=[row.pk for row in found])  # those that are still there, and as they are now
    accepted = [row for row in rows if row.accepted_at is not None]
    _subtract("following_count", Counter(row.follower_id for row in accepted))
    _subtract("followers_count", Counter(row.followee_id for row in accepted))
    rows.delete()
    return len(found)


def _subtract(field: str, numbers: Counter[int]) -> None:
    """From the counts of people who are locked; of whom most lose the same number."""
    for number in set(numbers.values()):
        people = [pk for pk, lost in numbers.items() if lost == number]
        User.objects.get_queryset().filter(pk__in=people).update(**{field: Greatest(F(field) - number, 0)})
