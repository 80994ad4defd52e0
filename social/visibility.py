"""Who may see whom and what: the one rule, as SQL conditions.

Every content QuerySet's `visible_to(viewer)` is built from these; there is no second statement of the rule anywhere,
in Python or in SQL. A condition takes the relation path from the row to the person it is about ("author"), or to the
post or story ("post"); empty for the row itself.
"""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User, active_q
from social.models import Audience, Block, CloseFriend, Follow, Mute


def person_visible_to(viewer: AbstractBaseUser, path: str = "") -> Q:
    """The person exists for `viewer`: is active and has not blocked them. (Oneself, always.)"""
    pk = f"{path}_id" if path else "pk"
    blocked_me = Exists(Block.objects.filter(blocker=OuterRef(pk), blocked=viewer.pk))
    return active_q(path) & Q(~blocked_me)


def hidden_people(viewer: AbstractBaseUser, person: Any) -> "dict[str, QuerySet[Any]]":
    """`person_visible_to` for statements about hundreds of people: it holds of whoever has no row in `away` and is not
    among `blockers`.

    `person` is an expression of their id. Those who are away are few and have an index.
    """
    return {
        "away": User.objects.get_queryset().away().filter(pk=person).values("pk"),
        "blockers": Block.objects.filter(blocked=viewer.pk).values("blocker"),
    }


def name_visible_to(viewer: AbstractBaseUser, path: str) -> Q:
    """The person may appear beside others' content (commenters, likers): no block either way."""
    return person_visible_to(viewer, path) & Q(~_blocked_by(viewer, f"{path}_id" if path else "pk"))


def not_away(path: str) -> Q:
    """As `active_q`, without the person's row, and true where there is no person. Those who are away are few and have
    an index of their own: of many people each is asked for in a fraction of the time."""
    return Q(~Exists(User.objects.get_queryset().away().filter(pk=OuterRef(f"{path}_id"))))


def no_block_with(viewer: AbstractBaseUser, path: str) -> Q:
    """Neither has blocked the other, be the person at `path` there or not."""
    blocked_me = Exists(Block.objects.filter(blocker=OuterRef(f"{path}_id"), blocked=viewer.pk))
    return Q(~blocked_me) & Q(~_blocked_by(viewer, f"{path}_id"))


def shared_with_all_q(path: str = "") -> Q:
    """The person at `path` is neither private nor limited by moderators: strangers see what they share."""
    prefix = f"{path}__" if path else ""
    return Q(**{f"{prefix}is_private": False, f"{prefix}limited_at__isnull": True})


def person_open_to(viewer: AbstractBaseUser, path: str = "") -> Q:
    """The person at `path` shows their lists and what they share to the viewer.

    It is the viewer, or they show it to all or have accepted the viewer, and there is no block either way.
    """
    pk = f"{path}_id" if path else "pk"
    accepted = Exists(Follow.objects.accepted().filter(follower=viewer.pk, followee=OuterRef(pk)))
    others = name_visible_to(viewer, path) & (shared_with_all_q(path) | Q(accepted))
    return Q(**{pk: viewer.pk}) | others


def audience_includes(viewer: AbstractBaseUser, path: str = "") -> Q:
    """The post or story at `path` is shared with all, or is the viewer's own, or its author counts them as close."""
    prefix = f"{path}__" if path else ""
    close = CloseFriend.objects.filter(owner=OuterRef(f"{prefix}author_id"), friend=viewer.pk)
    shared = Q(**{f"{prefix}audience": Audience.FOLLOWERS}) | Q(**{f"{prefix}author": viewer.pk})
    return shared | Q(Exists(close))


def content_visible_to(viewer: AbstractBaseUser, path: str = "") -> Q:
    """The post or story at `path` (empty: the row itself) may be seen: its author is open to the viewer, and its
    audience includes them."""
    prefix = f"{path}__" if path else ""
    return person_open_to(viewer, f"{prefix}author") & audience_includes(viewer, path)


def public_q(path: str = "") -> Q:
    """The post or story at `path` may be seen by whoever has no block between them and its author."""
    prefix = f"{path}__" if path else ""
    author = f"{prefix}author"
    return active_q(author) & shared_with_all_q(author) & Q(**{f"{prefix}audience": Audience.FOLLOWERS})


def followed_by(viewer: AbstractBaseUser, path: str = "author") -> Q:
    """The viewer follows the person at `path`, accepted."""
    return Q(Exists(Follow.objects.accepted().filter(follower=viewer.pk, followee=OuterRef(f"{path}_id"))))


def following(viewer: AbstractBaseUser, path: str = "author") -> Q:
    """The person at `path` follows the viewer, accepted."""
    return Q(Exists(Follow.objects.accepted().filter(follower=OuterRef(f"{path}_id"), followee=viewer.pk)))


def muted_by(viewer: AbstractBaseUser, path: str = "author") -> Q:
    """The viewer has muted the person at `path`, and the mute has not ended."""
    muted = OuterRef(f"{path}_id" if path else "pk")
    return Q(Exists(Mute.objects.in_force().filter(muter=viewer.pk, muted=muted)))


def _blocked_by(viewer: AbstractBaseUser, pk: str) -> Exists:
    return Exists(Block.objects.filter(blocker=viewer.pk, blocked=OuterRef(pk)))
