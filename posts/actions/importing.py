"""Taking over a post from elsewhere: at the time when it was shared there, and without telling anybody."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.actions import adjust_posts_count
from accounts.models import User
from api.ids import id_of_imported
from events.actions import record
from media.actions import attach
from posts.actions.caption_entities import all_tags, place_named, set_mentions, set_tags, tags_named
from posts.actions.draft_bounds import check_drafts
from posts.actions.geo_index import update_geo_index
from posts.models import Post, PostMedia


@transaction.atomic
def import_post(
    *,
    author: User,
    media_ids: Sequence[int],
    shared_at: datetime,
    order: int,
    archived: bool,
    fields: Mapping[str, Any],
) -> Post:
    """Makes a live (or archived) post of media that are ready, or a draft. `fields` are what `publish` takes;
    of two that were shared in the same moment the one with the higher `order` (0 to 2**20) is the newer.

    Nobody's feed is pushed to: it stands where its time puts it. Raises `Invalid` as `publish` does.
    """
    columns = {
        name: value for name, value in fields.items() if name not in {"tags", "place", "media", "draft", "publish_at"}
    }
    columns["comments_from"] = columns.get("comments_from") or ""
    place = place_named(name=fields.get("place"))
    tags = tags_named(names=all_tags(caption=columns.get("caption", ""), explicit=fields.get("tags", ())))
    is_draft = bool(fields.get("draft"))
    timeline_id: int | None = None if is_draft else id_of_imported(shared_at, order)
    if (
        timeline_id is not None and Post.objects.filter(timeline_id=timeline_id).exists()
    ):  # somebody else's, of the same moment
        timeline_id = id_of_imported(shared_at, secrets.randbits(20))
    spelled = str(fields["place"]) if place else ""
    where = {"place": place, "place_name": spelled, "timeline_id": timeline_id}
    post = Post.objects.create(author=author, is_draft=is_draft, **where, **columns)
    media = attach(owner=author, media_ids=media_ids)
    PostMedia.objects.bulk_create([PostMedia(post=post, media=one, position=at) for at, one in enumerate(media)])
    set_tags(post=post, tags=tags)
    set_mentions(post=post, author=author)
    update_geo_index(post=post)
    post.cells.update(timeline_id=post.timeline_id)
    post.created_at = post.updated_at = shared_at
    post.archived_at = shared_at if archived else None
    post.save(update_fields=["created_at", "updated_at", "archived_at"])
    if post.is_counted:
        adjust_posts_count(user_id=author.pk, by=1)
    if is_draft:
        check_drafts(author=author)
    record("post_imported", post_id=post.pk)
    return post
