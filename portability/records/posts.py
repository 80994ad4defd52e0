"""Posts of a person, and what they did to others'.

Of others' posts an archive names the id and the author alone, and the author only while they exist for the person.
"""

from collections.abc import Iterator
from typing import Any

from django.db.models import Case, F, Prefetch, Q, When

from accounts.models import User
from api.ids import moment_of
from portability.records.media import CHUNK
from posts.models import Collection, CollectionItem, Comment, CommentLike, HiddenWords, Post, Reaction, Save, TagFollow
from social.visibility import person_visible_to

_SHOWN = ("items__media", "post_tags")


def posts(person: User) -> Iterator[dict[str, Any]]:
    """All that the person can still read: published, waiting, archived, in the trash, and taken down by moderators."""
    lists = (Post.objects.owned_by(person), Post.objects.in_trash_of(person), Post.objects.taken_down_of(person))
    rows = Post.objects.filter(Q(pk__in=lists[0]) | Q(pk__in=lists[1]) | Q(pk__in=lists[2]))
    shown = rows.prefetch_related(*_SHOWN).order_by("pk")
    for post in shown.iterator(CHUNK):
        yield {
            "id": str(post.pk),
            "state": post.state,
            "caption": post.caption,
            "tags": [use.name for use in sorted(post.post_tags.all(), key=lambda use: use.position)],
            "media": [str(item.media_id) for item in sorted(post.items.all(), key=lambda item: item.position)],
            "place": post.place_name or None,
            "media_latitude": post.media_latitude,
            "media_longitude": post.media_longitude,
            "exact_location": post.exact_location,
            "user_latitude": post.user_latitude,
            "user_longitude": post.user_longitude,
            "comments_enabled": post.comments_enabled,
            "comments_from": post.own_comments_from,
            "sensitive": post.sensitive,
            "audience": post.audience,
            "created_at": post.created_at,
            "publish_at": post.publish_at,
            "published_at": moment_of(post.timeline_id) if post.timeline_id else None,
            "edited_at": post.edited_at,
            "likes_count": post.likes_count,
            "dislikes_count": post.dislikes_count,
            "comments_count": post.comments_count,
        }


def comments(person: User) -> Iterator[dict[str, Any]]:
    mine: Any = Comment.objects.standing().filter(author=person)
    rows = mine.annotate(post_author=_name_of_author(person)).order_by("pk")
    for comment in rows.iterator(CHUNK):
        yield {
            "id": str(comment.pk),
            "post": str(comment.post_id),
            "post_author": comment.post_author,
            "reply_to": str(comment.reply_to_id) if comment.reply_to_id else None,
            "text": comment.text,
            "created_at": comment.created_at,
            "edited_at": comment.edited_at,
        }


def _name_of_author(person: User) -> Case:
    return Case(When(person_visible_to(person, "post__author"), then=F("post__author__username")))


def _about_posts(person: User, rows: Any, *more: str) -> Iterator[dict[str, Any]]:
    shown = rows.filter(user=person).order_by("pk").annotate(author=_name_of_author(person))
    for post_id, author, created_at, *values in shown.values_list("post_id", "author", "created_at", *more).iterator(
        CHUNK
    ):
        about = {"post": str(post_id), "post_author": author, "created_at": created_at}
        yield {**about, **dict(zip(more, values, strict=True))}


def reactions(person: User) -> Iterator[dict[str, Any]]:
    return _about_posts(person, Reaction.objects.all(), "kind")


def saved(person: User) -> Iterator[dict[str, Any]]:
    return _about_posts(person, Save.objects.all())


def collections(person: User) -> Iterator[dict[str, Any]]:
    """With the posts in them, in the person's order; `saved` says whose they are."""
    items = Prefetch("items", CollectionItem.objects.order_by("-rank").select_related("saved"))
    for row in Collection.objects.owned_by(person).order_by("-rank").prefetch_related(items).iterator(CHUNK):
        yield {
            "id": str(row.pk),
            "name": row.name,
            "posts": [str(item.saved.post_id) for item in row.items.all()],
            "cover_post": next((str(item.saved.post_id) for item in row.items.all() if item.is_cover), None),
            "created_at": row.created_at,
        }


def comment_likes(person: User) -> Iterator[dict[str, Any]]:
    rows = CommentLike.objects.filter(user=person).order_by("pk").values_list("comment_id", "created_at")
    for comment_id, created_at in rows.iterator(CHUNK):
        yield {"comment": str(comment_id), "created_at": created_at}


def followed_tags(person: User) -> Iterator[dict[str, Any]]:
    rows = TagFollow.objects.filter(user=person).order_by("pk").values_list("tag__normalized_name", "created_at")
    for name, created_at in rows.iterator(CHUNK):
        yield {"name": name, "created_at": created_at}


def hidden_words(person: User) -> Iterator[dict[str, Any]]:
    for word in HiddenWords.objects.of(person):
        yield {"word": word}
