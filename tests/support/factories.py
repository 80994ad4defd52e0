"""One maker per kind of row, for tests that need a world to stand in."""

import itertools
import secrets
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import F
from django.utils import timezone

from accounts.models import User
from api.ids import generate_ids
from media.models import Blob, Media, Rendition
from posts.actions.caption_entities import place_named, tags_named
from posts.models import Collection, CollectionItem, Comment, Place, Post, PostMedia, PostTag, Save
from posts.models.collections import collection_key
from social.models import Block, CloseFriend, Follow, Mute
from stories.models import Highlight, HighlightItem, Story

PASSWORD = "correct-horse-battery"
_numbers = itertools.count(1)


def person(username: str | None = None, *, private: bool = False, **fields: Any) -> User:
    """A person; without a name, one nobody has heard of."""
    name = username or f"person{next(_numbers)}"
    user = User(
        username=name,
        name=fields.pop("name", name.title()),
        email=f"{name}@example.com",
        email_verified_at=fields.pop("email_verified_at", timezone.now()),
        birth_date=date(1990, 5, 17),
        is_private=private,
        **fields,
    )
    user.set_password(PASSWORD)
    user.save()
    return user


def follow(follower: User, followee: User, *, pending: bool = False) -> Follow:
    """A follow with its counts, as the action would leave it."""
    row = Follow.objects.create(follower=follower, followee=followee, accepted_at=None if pending else timezone.now())
    if not pending:
        User.objects.filter(pk=follower.pk).update(following_count=F("following_count") + 1)
        User.objects.filter(pk=followee.pk).update(followers_count=F("followers_count") + 1)
    return row


def block(blocker: User, blocked: User) -> Block:
    return Block.objects.create(blocker=blocker, blocked=blocked)


def mute(muter: User, muted: User) -> Mute:
    return Mute.objects.create(muter=muter, muted=muted)


def close_friend(owner: User, friend: User) -> CloseFriend:
    return CloseFriend.objects.create(owner=owner, friend=friend)


def media(owner: User, *, state: str = Media.State.READY, **fields: Any) -> Media:
    """A media whose bytes nobody will ask for."""
    blob = Blob.objects.create(
        key=f"originals/{secrets.token_hex(16)}",
        sha256=secrets.token_hex(32),
        size=1000,
        content_type="image/jpeg",
        state=Blob.State.STORED,
        stored_at=timezone.now(),
    )
    row = Media.objects.create(
        owner=owner,
        blob=blob,
        size=blob.size,
        state=state,
        prefix=secrets.token_urlsafe(24),
        width=1200,
        height=900,
        **fields,
    )
    for width in (320, 1080):
        Rendition.objects.create(
            media=row,
            name=f"w{width}.webp",
            content_type="image/webp",
            width=width,
            height=width * 3 // 4,
            size=10,
        )
    return row


def post(author: User, caption: str = "", *, photos: int = 1, live: bool = True, **fields: Any) -> Post:
    """A published post with `photos` media; `place` may be a place or what the author calls it."""
    number = generate_ids()[0]
    place = fields.pop("place", None)
    if place is not None:
        fields["place"] = place_named(name=place) if isinstance(place, str) else place
        fields.setdefault("place_name", place if isinstance(place, str) else place.normalized_name)
    row = Post.objects.create(id=number, author=author, caption=caption, timeline_id=number if live else None, **fields)
    for position in range(photos):
        PostMedia.objects.create(post=row, media=media(author, references=1), position=position)
    if row.is_counted:
        User.objects.filter(pk=author.pk).update(posts_count=F("posts_count") + 1)
    return row


def tagged(on: Post, name: str) -> PostTag:
    """A tag on a post, found or made."""
    tag = tags_named(names=[name])[name]
    position = on.post_tags.count()
    return PostTag.objects.create(post=on, tag=tag, name=name, position=position, timeline_id=on.timeline_id)


def place(name: str) -> Place:
    """A place, found or made."""
    found = place_named(name=name)
    assert found is not None
    return found


def comment(on: Post, author: User, text: str = "nice", **fields: Any) -> Comment:
    row = Comment.objects.create(post=on, author=author, text=text, **fields)
    Post.objects.filter(pk=on.pk).update(comments_count=F("comments_count") + 1)
    return row


def collection(owner: User, posts: Sequence[Post], name: str = "Shelf") -> Collection:
    """A collection of these posts, saved by its owner; the last one comes first."""
    row = Collection.objects.create(owner=owner, name=name, name_key=collection_key(name))
    for one in posts:
        kept, _ = Save.objects.get_or_create(user=owner, post=one)
        CollectionItem.objects.create(collection=row, saved=kept)
    return row


def story(author: User, *, age: timedelta = timedelta(0), **fields: Any) -> Story:
    """A story published `age` ago; one older than a day has expired."""
    published = timezone.now() - age
    shown = fields.pop("media", None) or media(author, references=1)
    times = {"published_at": published, "expires_at": published + timedelta(hours=24), "timeline_id": generate_ids()[0]}
    return Story.objects.create(author=author, media=shown, **{**times, **fields})


def highlight(owner: User, stories: Sequence[Story], title: str = "Highlight", **fields: Any) -> Highlight:
    """A highlight of these stories, in this order."""
    row = Highlight.objects.create(owner=owner, title=title, **fields)
    for position, one in enumerate(stories):
        HighlightItem.objects.create(highlight=row, story=one, position=position)
    return row
