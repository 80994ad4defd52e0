"""Comments as lists show them: bytes of CommentSerializer, put together from rows and their authors' cards."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser

from accounts.cards import people_as_json
from api.renderers import JSONRenderer
from api.times import time_text
from posts.models.comments import CommentRow
from posts.serializers import CommentSerializer

_ENTRY = b'{"id":"%d","post":"%d","author":%b,%b'


def comments_as_json(viewer: AbstractBaseUser, rows: Sequence[CommentRow]) -> list[bytes]:
    """Each comment in its JSON. What was removed with its author since the rows were read is left out."""
    gone = [row.is_gone_for(viewer) for row in rows]
    shown = [row for row, is_gone in zip(rows, gone, strict=True) if not is_gone]
    authors = [(row.author_id or 0, row.author_version, bool(row.author__is_private)) for row in shown]
    people = people_as_json(authors)
    return [
        _ENTRY
        % (row.pk, row.post_id, b"null" if is_gone else people[row.author_id or 0], _members(viewer, row, is_gone))
        for row, is_gone in zip(rows, gone, strict=True)
        if is_gone or row.author_id in people
    ]


def _members(viewer: AbstractBaseUser, row: CommentRow, is_gone: bool) -> bytes:
    """The other members, without the brace before them."""
    members: dict[str, Any] = {
        "text": row.text,
        "mentions": row.shown_mentions,
        "reply_to": None if row.shown_reply_to is None else str(row.shown_reply_to),
        "thread": None if row.parent_id is None else str(row.parent_id),
        "replies_count": row.replies_count,
        "likes_count": row.likes_count,
        "pinned": row.pinned_at is not None,
        "edited": row.edited_at is not None,
        "hidden": row.hidden_for_id == viewer.pk,
        "removed": is_gone,
        "viewer": {"liked": row.viewer_liked},
        "created_at": time_text(row.created_at),
    }
    if is_gone:
        of_removed = CommentSerializer.OF_REMOVED
        members = {name: of_removed.get(name, value) for name, value in members.items()}
    text: bytes = JSONRenderer().render(members)
    return text[1:]
