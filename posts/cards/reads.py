"""The reads behind lists of posts, each compiled once."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import FloatField, IntegerField, QuerySet

from api.compiled import CompiledRead, Parameters, any_of, compiled
from posts.models import Post
from posts.models.posts import PostQuerySet
from social.visibility import muted_by

Build = Callable[[Parameters, AbstractBaseUser], PostQuerySet]


def listed_by(field: str, build: Build) -> Callable[..., CompiledRead]:
    """A list in descending order of a number, from `position` on downwards or, `newer`, upwards.

    The number is each row's last value. The limit is `count`.
    """

    @compiled
    def read(given: Parameters, *, count: int, newer: bool = False) -> QuerySet[Any, Any]:
        viewer = given.person("viewer")
        beyond, order = ("gt", field) if newer else ("lt", f"-{field}")
        posts = build(given, viewer).filter(**{f"{field}__{beyond}": given.id("position")}).order_by(order)
        return posts.as_card_rows(viewer, field)[:count]

    return read


of_person = listed_by("timeline_id", lambda given, me: Post.objects.visible_to(me).filter(author=given.id("person")))
saved = listed_by("saved_as", lambda given, me: Post.objects.visible_to(me).saved_by(me))
liked = listed_by("liked_as", lambda given, me: Post.objects.visible_to(me).liked_by(me))
collected = listed_by(
    "collected_as", lambda given, me: Post.objects.visible_to(me).collected_in(given.id("collection"))
)
owned = listed_by("pk", lambda given, me: Post.objects.owned_by(me))
taken_down = listed_by("pk", lambda given, me: Post.objects.taken_down_of(me))
archived = listed_by("pk", lambda given, me: Post.objects.in_archive_of(me))


@compiled
def visible_among(given: Parameters, *, count: int, unmuted: bool = False) -> QuerySet[Any, Any]:
    """The newest of the posts with these timeline ids that the viewer may see."""
    viewer = given.person("viewer")
    posts = Post.objects.visible_to(viewer).filter(any_of("timeline_id", given.ids("ids")))
    posts = posts.exclude(muted_by(viewer)) if unmuted else posts
    return posts.order_by("-timeline_id").as_card_rows(viewer)[:count]


@compiled
def near_among(given: Parameters, *, count: int) -> QuerySet[Any, Any]:
    """As `visible_among` without the muted, within `radius` meters of a point; the distance is the last value."""
    viewer = given.person("viewer")
    latitude, longitude = (given.of(name, FloatField()) for name in ("latitude", "longitude"))
    posts = Post.objects.visible_to(viewer).exclude(muted_by(viewer)).filter(any_of("timeline_id", given.ids("ids")))
    posts = posts.near(latitude, longitude, given.of("radius", IntegerField()))
    return posts.order_by("-timeline_id").as_card_rows(viewer, "distance_m")[:count]
