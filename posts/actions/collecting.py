"""Collections of one's saved posts. Each write holds its owner's lock, so that what one person does comes in a row.

No post is locked here, so that nobody who holds one and waits for its author can wait for this.
"""

from collections.abc import Sequence
from typing import TypedDict

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from api.ids import generate_ids
from api.problems import Invalid, Problem
from posts.limits import MAX_COLLECTIONS
from posts.models import Collection, CollectionItem, Post, Save
from posts.models.collections import collection_key


class CollectionChanges(TypedDict, total=False):
    """What may change; what is absent stays."""

    name: str
    cover_post: int | None


@transaction.atomic
def make_collection(
    *, owner: User, name: str, idempotency_key: str | None = None, idempotency_hash: str = ""
) -> Collection:
    """An empty collection, before all others. A retry with the same key gets the first one.

    `Invalid` for a name that the owner has given already, without regard to case; `collection_cap` beyond 100.
    """
    _lock(owner)
    earlier = Collection.objects.first_made_with(idempotency_key, idempotency_hash, owner)
    if earlier is not None:
        return earlier
    mine = Collection.objects.owned_by(owner)
    _check_name(mine, name)
    if mine.count() >= MAX_COLLECTIONS:
        raise Problem("collection_cap")
    return Collection.objects.create(
        owner=owner,
        name=name,
        name_key=collection_key(name),
        idempotency_key=idempotency_key,
        idempotency_hash=idempotency_hash,
    )


@transaction.atomic
def change_collection(*, owner: User, collection_id: int, changes: CollectionChanges) -> Collection:
    """Applies `changes`; `cover_post` is one of its posts that the owner may see, or None for the first.

    `Invalid` for another cover and for a name that another of theirs has, `Problem("not_found")` if it is gone.
    """
    _lock(owner)
    collection = _owned(owner, collection_id)
    if "name" in changes:
        _check_name(Collection.objects.owned_by(owner).exclude(pk=collection.pk), changes["name"])
        collection.name, collection.name_key = changes["name"], collection_key(changes["name"])
        collection.save(update_fields=["name", "name_key"])
    if "cover_post" in changes:
        _set_cover(collection, owner, changes["cover_post"])
    return collection


@transaction.atomic
def delete_collection(*, owner: User, collection_id: int) -> None:
    """Undoes a collection; its posts stay saved. Repeated, it changes nothing."""
    _lock(owner)
    Collection.objects.owned_by(owner).filter(pk=collection_id).delete()


@transaction.atomic
def order_collections(*, owner: User, collection_ids: Sequence[int]) -> list[int]:
    """Puts these before all others, in this order. Those that are not the owner's are passed over; gives the rest."""
    _lock(owner)
    rows = Collection.objects.owned_by(owner).in_bulk(list(collection_ids))
    taken = [pk for pk in collection_ids if pk in rows]
    for pk, rank in zip(taken, reversed(generate_ids(len(taken))), strict=True):
        rows[pk].rank = rank
    Collection.objects.bulk_update(rows.values(), ["rank"])
    return taken


@transaction.atomic
def collect(*, owner: User, collection_id: int, post: Post, from_collection: int | None = None) -> Collection:
    """Saves the post and puts it first in the collection; out of another one, if that is named. Repeated, it changes
    nothing.

    `Problem("not_found")` if the collection is gone, `Invalid` if the other one is not the owner's.
    """
    _lock(owner)
    collection = _owned(owner, collection_id)
    source = None if from_collection is None else Collection.objects.owned_by(owner).filter(pk=from_collection).first()
    if from_collection is not None and source is None:
        raise Invalid("from_collection", "not_found", f"You have no collection {from_collection}")
    kept, _ = Save.objects.get_or_create(user=owner, post=post)
    CollectionItem.objects.get_or_create(collection=collection, saved=kept)
    if source is not None and source != collection:
        CollectionItem.objects.filter(collection=source, saved=kept).delete()
    return collection


@transaction.atomic
def take_out(*, owner: User, collection_id: int, post_id: int) -> None:
    """Takes the post out of this collection, whether or not one still sees it; it stays saved."""
    _lock(owner)
    items = CollectionItem.objects.filter(collection=collection_id, collection__owner=owner)
    items.filter(saved__post=post_id).delete()


@transaction.atomic
def order_posts(*, owner: User, collection_id: int, post_ids: Sequence[int]) -> list[int]:
    """Puts these posts of a collection before its others, in this order. Those that are not in it, or may not be seen,
    are passed over; gives the rest. `Problem("not_found")` if the collection is gone."""
    _lock(owner)
    items = CollectionItem.objects.visible_to(owner).filter(collection=_owned(owner, collection_id))
    shown = items.filter(saved__post__in=post_ids).select_related("saved")
    rows = {item.saved.post_id: item for item in shown}
    taken = [pk for pk in post_ids if pk in rows]
    for pk, rank in zip(taken, reversed(generate_ids(len(taken))), strict=True):
        rows[pk].rank = rank
    CollectionItem.objects.bulk_update(rows.values(), ["rank"])
    return taken


def _lock(owner: User) -> None:
    User.objects.get_queryset().select_for_update(no_key=True).get(pk=owner.pk)


def _owned(owner: User, collection_id: int) -> Collection:
    collection = Collection.objects.owned_by(owner).filter(pk=collection_id).first()
    if collection is None:
        raise Problem("not_found")
    return collection


def _check_name(others: QuerySet[Collection], name: str) -> None:
    if others.filter(name_key=collection_key(name)).exists():
        raise Invalid("name", "unique", "You have a collection of this name")


def _set_cover(collection: Collection, owner: User, post_id: int | None) -> None:
    items = CollectionItem.objects.filter(collection=collection)
    chosen = CollectionItem.objects.visible_to(owner).filter(collection=collection, saved__post=post_id).first()
    if post_id is not None and chosen is None:
        raise Invalid("cover_post", "not_found", f"Post {post_id} is not in this collection")
    items.filter(is_cover=True).update(is_cover=False)
    if chosen is not None:
        items.filter(pk=chosen.pk).update(is_cover=True)
