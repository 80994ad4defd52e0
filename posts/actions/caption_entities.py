"""Tags, mentions and places of a post, from its words. Called inside the transactions of publish and edit."""

from collections.abc import Sequence

from django.contrib.auth.base_user import AbstractBaseUser

from accounts.models import User
from api.problems import Invalid
from api.search_key import normalized_name, search_key
from posts.captions import distinct, names_in, tag_key, tags_in
from posts.limits import MAX_MENTIONS, MAX_TAGS
from posts.models import Mention, Place, Post, PostTag, Tag
from social.visibility import person_visible_to


def all_tags(*, caption: str, explicit: Sequence[str]) -> list[str]:
    """The caption's tags, then the explicit ones, each once. More than 30 together are a 400."""
    in_caption = tags_in(caption)
    together = distinct([*in_caption, *explicit])
    if len(together) > MAX_TAGS:
        field = "caption" if len(in_caption) > MAX_TAGS else "tags"
        raise Invalid(field, "max_length", f"A post has at most {MAX_TAGS} tags, those in its caption included")
    return together


def tags_named(*, names: Sequence[str]) -> list[Tag]:
    """The tags of these names, made where there are none yet. Sorted inserts, so that two posts cannot deadlock."""
    wanted = {tag_key(name): name for name in names}
    known = Tag.objects.in_bulk(list(wanted), field_name="normalized_name")
    missing = [
        Tag(normalized_name=name, search_key=search_key(name), name=wanted[name])
        for name in sorted(wanted.keys() - known.keys())
    ]
    if missing:
        Tag.objects.bulk_create(missing, ignore_conflicts=True)
        known = Tag.objects.in_bulk(list(wanted), field_name="normalized_name")
    return [known[name] for name in wanted]


def place_named(*, name: str | None) -> Place | None:
    """The place of this name, made if nobody has named it before; None for none."""
    normalized = normalized_name(name or "")
    if not name or not normalized:
        return None
    known = Place.objects.filter(normalized_name=normalized).first()
    shown = {"name": name, "search_key": search_key(name)}
    return known or Place.objects.get_or_create(normalized_name=normalized, defaults=shown)[0]


def set_tags(*, post: Post, tags: Sequence[Tag]) -> None:
    """Makes `tags` the post's tags, in this order."""
    post.post_tags.all().delete()
    uses = [
        PostTag(post=post, tag=tag, position=position, timeline_id=post.timeline_id)
        for position, tag in enumerate(tags)
    ]
    PostTag.objects.bulk_create(uses)


def set_mentions(*, post: Post, author: AbstractBaseUser) -> None:
    """Notes whom the caption names: the first 20 who exist for its author."""
    names = names_in(post.caption)
    people = User.objects.filter(person_visible_to(author), username__in=names) if names else []
    by_name = {person.username: person for person in people}
    mentioned = [by_name[name] for name in names if name in by_name][:MAX_MENTIONS]
    post.mentions.all().delete()
    Mention.objects.bulk_create([Mention(post=post, user=person) for person in mentioned])
