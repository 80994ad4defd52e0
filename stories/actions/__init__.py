"""Everything that changes stories and highlights.

Locks, everywhere in this order: stories (by id), highlights (by id), the person, media. The person's lock is what makes
"at most a hundred" hold for requests at the same time.
"""

from stories.actions.collecting import HighlightChanges, change_highlight, delete_highlight, make_highlight
from stories.actions.importing import import_story
from stories.actions.publishing import delete, mark_seen, prune_keys, publish, publish_when_ready
from stories.actions.purging import purge_person
from stories.actions.taking_down import put_back, put_back_highlight, take_down, take_down_highlight

__all__ = [
    "HighlightChanges",
    "change_highlight",
    "delete",
    "delete_highlight",
    "import_story",
    "make_highlight",
    "mark_seen",
    "prune_keys",
    "publish",
    "publish_when_ready",
    "purge_person",
    "put_back",
    "put_back_highlight",
    "take_down",
    "take_down_highlight",
]
