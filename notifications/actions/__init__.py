"""Writing notifications down, what people do with theirs, and letting go of old ones."""

from notifications.actions.digesting import begin_digests, prune_digests, send_digest, unsubscribe
from notifications.actions.events import (
    note_acceptance,
    note_comment,
    note_comment_likes,
    note_decision,
    note_failed_media,
    note_follow_request,
    note_follows,
    note_likes,
    note_mentions,
    note_story,
)
from notifications.actions.noting import Fact, note
from notifications.actions.pruning import prune, purge_person
from notifications.actions.reading import change_settings, mark_seen

__all__ = [
    "Fact",
    "begin_digests",
    "change_settings",
    "mark_seen",
    "note",
    "note_acceptance",
    "note_comment",
    "note_comment_likes",
    "note_decision",
    "note_failed_media",
    "note_follow_request",
    "note_follows",
    "note_likes",
    "note_mentions",
    "note_story",
    "prune",
    "prune_digests",
    "purge_person",
    "send_digest",
    "unsubscribe",
]
