"""Reading people through the visibility rule: the only way a person named in a URL or a body is fetched."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, CharField, Exists, Func, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.http import Http404

from accounts.models import User
from api.compiled import Parameters, any_of, compiled
from social.limits import MAX_MUTUALS_COUNTED
from social.models import Block, CloseFriend, Follow, Mute
from social.visibility import muted_by, name_visible_to, person_open_to, person_visible_to


def people_visible_to(viewer: AbstractBaseUser) -> QuerySet[User]:
    """Everybody who exists for the viewer."""
    return User.objects.get_queryset().filter(person_visible_to(viewer))


def relation_to(viewer: AbstractBaseUser, path: str = "") -> dict[str, Any]:
    """Annotations for what stands between the viewer and the person at `path` (empty: the row itself)."""
    pk = OuterRef(f"{path}_id" if path else "pk")
    mine = Follow.objects.filter(follower=viewer.pk, followee=pk)
    mutes = Mute.objects.in_force().filter(muter=viewer.pk, muted=pk)
    state = Case(
        When(accepted_at__isnull=True, then=Value("requested")), default=Value("following"), output_field=CharField()
    )
    return {
        "viewer_following": Subquery(mine.annotate(state=state).values("state")[:1]),
        "viewer_followed_by": Exists(Follow.objects.accepted().filter(follower=pk, followee=viewer.pk)),
        "viewer_blocking": Exists(Block.objects.filter(blocker=viewer.pk, blocked=pk)),
        "viewer_muting": muted_by(viewer, path),
        "viewer_muted_until": Subquery(mutes.values("expires_at")[:1]),
        "viewer_close_friend": Exists(CloseFriend.objects.filter(owner=viewer.pk, friend=pk)),
    }


def with_relation_to(viewer: AbstractBaseUser, people: QuerySet[User]) -> QuerySet[User]:
    """Adds what stands between the viewer and each person: `viewer_following` and the like."""
    return people.annotate(**relation_to(viewer))


def mutuals_of(viewer: AbstractBaseUser, person: Any) -> QuerySet[Follow]:
    """The follows of `person` by people whom the viewer follows, at a cost that grows with these, not with all.

    `person` is an id, a parameter or an `OuterRef`.
    """
    mine = ArraySubquery(Follow.objects.accepted().filter(follower=viewer.pk).values("followee"))
    theirs = Follow.objects.accepted().filter(name_visible_to(viewer, "follower"), followee=person)
    return theirs.filter(any_of("follower", mine))


def with_mutuals_count(viewer: AbstractBaseUser, people: QuerySet[User]) -> QuerySet[User]:
    """Adds `mutuals_count`: how many `mutuals_of` has, up to a hundred; null where the viewer may not see that list."""
    counted = mutuals_of(viewer, OuterRef("pk")).order_by().values("pk")[:MAX_MUTUALS_COUNTED]
    number = Func(ArraySubquery(counted), function="cardinality", output_field=IntegerField())
    return people.annotate(mutuals_count=Case(When(person_open_to(viewer), then=number)))


def for_display(people: QuerySet[User]) -> QuerySet[User]:
    """With what a person's card shows."""
    return people.select_related("avatar").prefetch_related("avatar__renditions")


@compiled
def _visible_named(given: Parameters) -> QuerySet[User]:
    return people_visible_to(given.person("viewer")).filter(username=given.text("username"))


@compiled
def _lists_visible_named(given: Parameters) -> QuerySet[User]:
    viewer = given.person("viewer")
    return people_visible_to(viewer).filter(person_open_to(viewer), username=given.text("username"))


def person_or_404(viewer: AbstractBaseUser, username: str) -> User:
    """The person of this name, if they exist for the viewer."""
    return _only(_visible_named().instances(viewer=viewer.pk, username=username.lower()))


def lists_visible_or_404(viewer: AbstractBaseUser, username: str) -> User:
    """The person of this name, if the viewer may see their posts and lists of people."""
    return _only(_lists_visible_named().instances(viewer=viewer.pk, username=username.lower()))


def _only(found: list[User]) -> User:
    if not found:
        raise Http404
    return found[0]
