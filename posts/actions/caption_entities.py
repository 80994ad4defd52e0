"""Tags, mentions and places of a post, and mentions of a comment, from its words. Called inside the transactions of
what writes them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Q, QuerySet

from accounts.models import User
from api.compiled import Parameters, Texts, any_of, compiled
from api.problems import Invalid
from api.search_key import name_key, normalized_name
from posts.captions import distinct, names_in, tag_key, tags_in
from posts.limits import MAX_MENTIONS, MAX_TAGS
from posts.models import Comment, CommentMention, Mention, Place, Post, PostTag, Tag
from posts.models.labels import label_id
from social.visibility import person_visible_to


def all_tags(*, caption: str, explicit: Sequence[str]) -> list[str]:
    """The caption's tags, then the explicit ones, each once. More than 30 together are a 400."""
    in_caption = tags_in(caption)
    together = distinct([*in_caption, *explicit])
    if len(together) > MAX_TAGS:
        field = "caption" if len(in_caption) > MAX_TAGS else "tags"
        raise Invalid(field, "max_length", f"A post has at most {MAX_TAGS} tags, those in its caption included")
    return together


def tags_named(*, names: Sequence[str]) -> dict[str, Tag]:
    """The tags by these names, as they are written, made where there are none yet."""
    known = _labels(Tag, {tag_key(name) for name in names})
    return {name: known[tag_key(name)] for name in names}


def place_named(*, name: str | None) -> Place | None:
    """The place of this name, made if nobody has named it before; None for none."""
    normalized = normalized_name(name or "")
    place: Place | None = _labels(Place, {normalized})[normalized] if normalized else None
    return place


def _labels(model: Any, names: set[str]) -> dict[str, Any]:
    """The tags or places of these normalized names. Sorted inserts, so that two posts cannot deadlock."""
    known = _known(model, names)
    attempt = 0
    while missing := sorted(names - known.keys()):
        made = [
            model(id=label_id(model._meta.model_name, name, attempt), normalized_name=name, search_key=name_key(name))
            for name in missing
        ]
        model.objects.bulk_create(made, ignore_conflicts=True)
        known = _known(model, names)
        attempt += 1  # another name has this id
    return known


def _known(model: Any, names: set[str]) -> dict[str, Any]:
    rows = _READS[model]().instances(names=Texts(sorted(names))) if names else []
    return {row.normalized_name: row for row in rows}


@compiled
def _tags(given: Parameters) -> QuerySet[Tag]:
    return Tag.objects.filter(any_of("normalized_name", given.texts("names")))


@compiled
def _places(given: Parameters) -> QuerySet[Place]:
    return Place.objects.filter(any_of("normalized_name", given.texts("names")))


_READS: dict[Any, Any] = {Tag: _tags, Place: _places}


def set_tags(*, post: Post, tags: Mapping[str, Tag]) -> None:
    """Makes `tags` the post's tags, in this order, by the names as they are written."""
    post.post_tags.all().delete()
    add_tags(post=post, tags=tags)


def add_tags(*, post: Post, tags: Mapping[str, Tag]) -> None:
    """As `set_tags`, of a post that has none yet."""
    uses = [
        PostTag(post=post, tag=tag, name=name, position=position, timeline_id=post.timeline_id)
        for position, (name, tag) in enumerate(tags.items())
    ]
    PostTag.objects.bulk_create(uses)


def set_mentions(*, post: Post, author: AbstractBaseUser) -> None:
    """Notes whom the caption names: the first 20 who exist for its author.

    A name that it has had before means whom it meant then, whatever they are called by now and whoever has the name.
    """
    named = _people_named(post.caption, author, dict(post.mentions.exclude(name="").values_list("name", "user")))
    post.mentions.all().delete()
    Mention.objects.bulk_create(Mention(post=post, user=person, name=name) for name, person in named)


def add_mentions(*, post: Post) -> None:
    """As `set_mentions`, of a post that is new."""
    named = _people_named(post.caption, post.author, {})
    Mention.objects.bulk_create(Mention(post=post, user=person, name=name) for name, person in named)


def set_comment_mentions(*, comment: Comment, author: AbstractBaseUser) -> None:
    """As `set_mentions`, of a comment."""
    meant = dict(comment.mentions.values_list("name", "user"))
    named = _people_named(comment.text, author, meant)
    comment.mentions.all().delete()
    CommentMention.objects.bulk_create(
        CommentMention(comment=comment, user=person, name=name) for name, person in named
    )


def _people_named(text: str, author: AbstractBaseUser, meant: Mapping[str, int]) -> list[tuple[str, User]]:
    """The people whom a text names, as it does; `meant` are those whom it has named before."""
    names = names_in(text)
    either = Q(username__in=names) | Q(pk__in=[meant[name] for name in names if name in meant])
    people = list(User.objects.filter(either, person_visible_to(author))) if names else []
    by_name, by_id = {person.username: person for person in people}, {person.pk: person for person in people}
    named: dict[int, tuple[str, User]] = {}
    for name in names:
        person = by_id.get(meant[name]) if name in meant else by_name.get(name)
        if person is not None:
            named.setdefault(person.pk, (name, person))
    return list(named.values())[:MAX_MENTIONS]
