"""Reading people through the visibility rule: the only way a person named in a URL or a body is fetched."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Case, CharField, Exists, OuterRef, QuerySet, Subquery, Value, When
from django.http import Http404

from accounts.models import User
from api.compiled import Parameters, compiled
from social.models import Block, Follow
from social.visibility import content_visible_to, muted_by, person_visible_to


def people_visible_to(viewer: AbstractBaseUser) -> QuerySet[User]:
    """Everybody who exists for the viewer."""
    return User.objects.get_queryset().filter(person_visible_to(viewer))


def with_relation_to(viewer: AbstractBaseUser, people: QuerySet[User]) -> QuerySet[User]:
    """Adds what stands between the viewer and each person: `viewer_following` and the like."""
    mine = Follow.objects.filter(follower=viewer.pk, followee=OuterRef("pk"))
    state = Case(
        When(accepted_at__isnull=True, then=Value("requested")), default=Value("following"), output_field=CharField()
    )
    follows_me = Follow.objects.accepted().filter(follower=OuterRef("pk"), followee=viewer.pk)
    return people.annotate(
        viewer_following=Subquery(mine.annotate(state=state).values("state")[:1]),
        viewer_followed_by=Exists(follows_me),
        viewer_blocking=Exists(Block.objects.filter(blocker=viewer.pk, blocked=OuterRef("pk"))),
        viewer_muting=muted_by(viewer, ""),
    )


def for_display(people: QuerySet[User]) -> QuerySet[User]:
    """With what a person's card shows."""
    return people.select_related("avatar").prefetch_related("avatar__renditions")


@compiled
def _visible_named(given: Parameters) -> QuerySet[User]:
    return people_visible_to(given.person("viewer")).filter(username=given.text("username"))


@compiled
def _lists_visible_named(given: Parameters) -> QuerySet[User]:
    viewer = given.person("viewer")
    return people_visible_to(viewer).filter(content_visible_to(viewer, ""), username=given.text("username"))


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
