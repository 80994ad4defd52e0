"""Collections: named lists of one's own saved posts, which nobody else sees.

A post stands in a collection through its save: whoever takes the save back takes the post out of all of them. What
its owner may not see any more is not counted, is no cover and is in no page; should it come back, so does its place.
"""

from collections.abc import Iterable
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, Func, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from api.ids import GenerateId, IdField
from api.models import Keyed, KeyedQuerySet
from api.search_key import normalized_name, search_key
from posts.limits import MAX_COLLECTION_LENGTH
from posts.models.liveness import live_q
from posts.models.posts import PostMedia
from posts.models.reactions import Save
from social.visibility import content_visible_to

MAX_KEY_LENGTH = 2 * MAX_COLLECTION_LENGTH
MAX_COUNTED = 1000  # posts of one collection, in one read


def collection_key(name: str) -> str:
    """The form in which two names of a person's collections are one: as search compares."""
    return search_key(name) or normalized_name(name)


class CollectionQuerySet(KeyedQuerySet["Collection"]):
    def owned_by(self, person: AbstractBaseUser) -> Self:
        return self.filter(owner=person.pk)

    def holding(self, post_id: int, viewer: AbstractBaseUser) -> Self:
        """Those with this post in them, if the viewer may see it."""
        items = CollectionItem.objects.visible_to(viewer).filter(collection=OuterRef("pk"), saved__post=post_id)
        return self.filter(Exists(items))

    def for_display(self, viewer: AbstractBaseUser) -> Self:
        """With what CollectionSerializer shows, but for the cover's media, which `with_covers` adds."""
        items = CollectionItem.objects.visible_to(viewer).filter(collection=OuterRef("pk"))
        chosen = Subquery(items.filter(is_cover=True).values("saved__post")[:1])
        first = Subquery(items.order_by("-rank").values("saved__post")[:1])
        counted = ArraySubquery(items.values("pk")[:MAX_COUNTED])
        return self.annotate(
            posts_count=Func(counted, function="cardinality", output_field=models.IntegerField()),
            chosen_cover=chosen,
            cover_post=Coalesce(chosen, first),
        )


def with_covers(collections: Iterable[Any]) -> list[Any]:
    """Collections of `for_display`, each with its `cover`: the first media of the post it shows, as a `PostMedia`."""
    rows = list(collections)
    posts = [row.cover_post for row in rows if row.cover_post is not None]
    firsts = PostMedia.objects.filter(post__in=posts, position=0).select_related("media", "post__author")
    covers = {item.post_id: item for item in firsts.prefetch_related("media__renditions")}
    for row in rows:
        row.cover = covers.get(row.cover_post)
    return rows


class Collection(Keyed):
    """A person's own, in the order they put them: the greatest `rank` first."""

    id = IdField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="collections")
    name = models.CharField(max_length=MAX_COLLECTION_LENGTH)
    name_key = models.CharField(max_length=MAX_KEY_LENGTH, editable=False)
    rank = models.BigIntegerField(db_default=GenerateId(), editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    objects = CollectionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "name_key"], name="one_collection_per_name"),
            models.UniqueConstraint(
                fields=["owner", "idempotency_key"],
                name="one_collection_per_key",
                condition=Q(idempotency_key__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "-rank"], name="collections_in_order"),
            models.Index(fields=["created_at"], name="keyed_collections", condition=Q(idempotency_key__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name


class CollectionItemQuerySet(models.QuerySet["CollectionItem"]):
    def visible_to(self, viewer: AbstractBaseUser) -> Self:
        """Whose posts the viewer may see."""
        return self.filter(live_q("saved__post"), content_visible_to(viewer, "saved__post"))


class CollectionItem(models.Model):
    """A saved post in a collection of whoever saved it, at its place: the greatest `rank` first."""

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="items", db_index=False)
    saved = models.ForeignKey(Save, on_delete=models.CASCADE, related_name="collected")
    rank = models.BigIntegerField(db_default=GenerateId(), editable=False)
    is_cover = models.BooleanField(default=False, db_default=False)
    objects = CollectionItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["collection", "saved"], name="no_post_twice_in_a_collection"),
            models.UniqueConstraint(fields=["collection"], name="one_cover_per_collection", condition=Q(is_cover=True)),
        ]
        indexes = [models.Index(fields=["collection", "-rank"], name="posts_of_collection")]

    def __str__(self) -> str:
        return f"save {self.saved_id} in collection {self.collection_id}"
