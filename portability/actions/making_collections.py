"""What is made of an import's collections, once the person's own posts in them are there."""

from typing import Any

from rest_framework.exceptions import ValidationError

from accounts.models import User
from api.ids import id_in
from api.problems import Problem
from portability.actions.progress import StillHere
from portability.models import Import, ImportItem
from posts.actions import change_collection, collect, make_collection
from posts.models import Collection, Post
from posts.models.collections import collection_key
from posts.serializers import CollectionInput


def make_collections(import_run: Import, still_here: StillHere) -> None:
    """One whose posts still wait for files of another archive waits, too. The last is made first: a new one is put
    before all others."""
    items = ImportItem.objects.filter(import_run=import_run).unmade(ImportItem.Kind.COLLECTION).select_related("owner")
    for item in reversed(list(items)):
        try:
            _make(item, still_here)
        except (Problem, ValidationError):
            ImportItem.objects.filter(pk=item.pk).update(error_code="invalid")


def _make(item: ImportItem, still_here: StillHere) -> None:
    """Into the person's collection of that name, if there is one. Each post by itself: cut short, it is done again."""
    named = [entry for entry in item.data.get("posts", ()) if isinstance(entry, dict)]
    made = ImportItem.objects.filter(owner=item.owner_id, kind=ImportItem.Kind.POST)
    own = {one.source: one for one in made.filter(source__in=[entry.get("source") for entry in named])}
    if any(one.target is None and not one.error_code for one in own.values()):
        return
    collection = _named(item.owner, item.data.get("name"))
    for entry in reversed(named):
        still_here()
        post = _post(item.owner, entry, own)
        if post is not None:
            collect(owner=item.owner, collection_id=collection.pk, post=post)
            if entry.get("is_cover") is True:
                change_collection(owner=item.owner, collection_id=collection.pk, changes={"cover_post": post.pk})
    ImportItem.objects.filter(pk=item.pk).update(target=collection.pk)


def _named(owner: User, name: Any) -> Collection:
    body = CollectionInput(data={"name": name})
    body.is_valid(raise_exception=True)
    name = body.validated_data["name"]
    there = Collection.objects.owned_by(owner).filter(name_key=collection_key(name)).first()
    return there or make_collection(owner=owner, name=name)


def _post(owner: User, entry: dict[str, Any], own: dict[str, ImportItem]) -> Post | None:
    """The person's own as it was made here; somebody else's if it is here, with the author of that name, and shown to
    the person: an id alone might be another post on another server."""
    visible = Post.objects.visible_to(owner)
    mine = own.get(str(entry.get("source")))
    if mine is not None:
        return visible.filter(pk=mine.target).first() if mine.target is not None else None
    number = id_in(str(entry.get("id")))
    return None if number is None else visible.filter(pk=number, author__username=entry.get("author")).first()
