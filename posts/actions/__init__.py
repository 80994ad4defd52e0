"""Everything that changes posts and what hangs on them.

Locks, everywhere in this order: places and tags (by normalized name), the post (`NO KEY UPDATE`), its comments, its
author, its media. Whatever moves a counter of a post holds the post's lock first, so counters equal rows. (A
reaction locks its own row first, then the post's, in one statement; nothing that holds a post which people may see
waits for reactions.) Collections and saves are changed under their owner's lock alone.
"""

from posts.actions.collecting import (
    CollectionChanges,
    change_collection,
    collect,
    delete_collection,
    make_collection,
    order_collections,
    order_posts,
    take_out,
)
from posts.actions.commenting import (
    comment,
    delete_comment,
    edit_comment,
    like_comment,
    no_such_comment,
    unlike_comment,
)
from posts.actions.drafting import publish_draft, publish_due
from posts.actions.editing import Changes, edit
from posts.actions.hiding import approve_comment, set_hidden_words
from posts.actions.importing import import_post
from posts.actions.label_counts import count_label_uses, follow_tag, rank_trending, unfollow_tag
from posts.actions.lifecycle import archive, delete, prune_keys, publish_when_ready, purge_trash, restore, unarchive
from posts.actions.pinning import pin_comment, unpin_comment
from posts.actions.publishing import publish
from posts.actions.purging import purge_person
from posts.actions.reacting import react, save, unreact, unsave
from posts.actions.taking_down import mark_sensitive, put_back, put_back_comment, take_down, take_down_comment

__all__ = [
    "Changes",
    "CollectionChanges",
    "approve_comment",
    "archive",
    "change_collection",
    "collect",
    "comment",
    "count_label_uses",
    "delete",
    "delete_collection",
    "delete_comment",
    "edit",
    "edit_comment",
    "follow_tag",
    "import_post",
    "like_comment",
    "make_collection",
    "mark_sensitive",
    "no_such_comment",
    "order_collections",
    "order_posts",
    "pin_comment",
    "prune_keys",
    "publish",
    "publish_draft",
    "publish_due",
    "publish_when_ready",
    "purge_person",
    "purge_trash",
    "put_back",
    "put_back_comment",
    "rank_trending",
    "react",
    "restore",
    "save",
    "set_hidden_words",
    "take_down",
    "take_down_comment",
    "take_out",
    "unarchive",
    "unfollow_tag",
    "unlike_comment",
    "unpin_comment",
    "unreact",
    "unsave",
]
