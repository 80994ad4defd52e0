"""Lists of posts for a viewer: rows that the visibility rule let through, filled into cards."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser

from accounts.cards import people_as_json
from accounts.models import User
from api.renderers import JSONRenderer
from media import tokens
from posts.cards.reads import visible_among
from posts.cards.rendering import Key, cards
from posts.models import Post
from posts.models.posts import CardRow
from posts.serializers import PostSerializer
from social.models import Audience

# author, mentions, likes, dislikes, comments, viewer stand between the parts
_FILLED = b"%b%b%b%b%b%d%b%d%b%d%b%b%b"
_VIEWER = {
    (reaction, saved, own, may_comment): json.dumps(
        {"reaction": reaction, "saved": saved, "is_author": own, "may_comment": may_comment}, separators=(",", ":")
    ).encode()
    for reaction in (None, "like", "dislike")
    for saved in (False, True)
    for own in (False, True)
    for may_comment in (False, True)
}


def posts_as_json(viewer: AbstractBaseUser, rows: Sequence[Any]) -> list[bytes]:
    """Each post in its JSON, in this order. What was deleted since the rows were read is left out."""
    return [post for _, post in rows_with_json(viewer, rows)]


def rows_with_json(viewer: AbstractBaseUser, rows: Sequence[Any]) -> list[tuple[Any, bytes]]:
    """As `posts_as_json`, each post beside its row."""
    people = people_as_json([(row[2], row[5], row[3]) for row in rows])
    filled = _cards_of([row for row in rows if row[1] is not None], viewer.pk)
    unpublished = _unpublished(viewer, [row[0] for row in rows if row[1] is None])
    found = (filled.get(row[0]) if row[1] is not None else unpublished.get(row[0]) for row in rows)
    authors = (people.get(row[2]) for row in rows)
    return [
        (row, _fill(card, author, row, row[2] == viewer.pk) if isinstance(card, list) else card)
        for row, card, author in zip(rows, found, authors, strict=True)
        if card is not None and author is not None
    ]


def warm_up(ids: list[int], *, limit: int) -> None:
    """Renders at most `limit` of the posts with these timeline ids, for nobody."""
    nobody = User(pk=0)
    posts_as_json(nobody, visible_among(count=limit).rows(viewer=nobody.pk, ids=ids))


def claims_of(rows: Iterable[Any]) -> list[str]:
    """What the tokens in the posts of these rows say at this moment: it is part of their bytes."""
    kinds = {private for row in rows for private in (row[3], _has_private_media(row))}
    return [tokens.claim(private=private) for private in sorted(kinds)]


def _has_private_media(row: CardRow) -> bool:
    """What `has_private_media` says, of a row."""
    return row[3] or row[12] != Audience.FOLLOWERS


def _fill(card: list[bytes], author: bytes, row: CardRow, own: bool) -> bytes:
    likes, dislikes, comments, reaction, saved, named = row[6:12]
    mentions = json.dumps(named, separators=(",", ":")).encode() if named else b"[]"
    head, after_author, after_mentions, after_likes, after_dislikes, after_comments, rest = card
    return _FILLED % (
        head, author, after_author, mentions, after_mentions, likes, after_likes, dislikes, after_dislikes, comments,
        after_comments, _VIEWER[reaction, saved, own, row[13]], rest,
    )  # fmt: skip


def _cards_of(rows: Sequence[CardRow], viewer_id: int) -> dict[int, list[bytes]]:
    claims = (tokens.claim(private=False), tokens.claim(private=True))
    found: dict[int, list[bytes]] = {}
    missing: dict[Key, str] = {}
    for row in rows:  # by places: unpacking all fourteen would take as long as the rest
        key, claim = (row[0], row[4] or "", row[2] == viewer_id), claims[_has_private_media(row)]
        parts = cards.get(key, claim)
        if parts is None:
            missing[key] = claim
        else:
            found[row[0]] = parts
    if missing:
        found |= {key[0]: parts for key, parts in cards.fetch(missing, tokens.sign_claim).items()}
    return found


def _unpublished(viewer: AbstractBaseUser, ids: list[int]) -> dict[int, bytes]:
    """One's own posts that wait for their media: there is no card of what changes by itself."""
    if not ids:
        return {}
    rows: Any = Post.objects.filter(author=viewer.pk, pk__in=ids).for_display(viewer)
    shape = PostSerializer(context={"viewer": viewer})
    return {post.pk: JSONRenderer().render(shape.to_representation(post)) for post in rows}
