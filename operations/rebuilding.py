"""Finding the media that the database has lost, by the notes beside their originals, and making their rows again.

It may be cut short and run again: what is there is skipped. An original is hashed before its row vouches for it.
"""

import contextlib
import secrets
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import NamedTuple

from accounts.actions import make_placeholder
from accounts.models import User
from media.actions.rebuilding import Note, read_note, rebuild
from media.models import Media
from media.stores import layout
from media.stores.interface import Missing
from operations.backups.retry import retry_with_backoff

BATCH = 200
Progress = Callable[[list[str]], Iterable[str]]


class Outcome(NamedTuple):
    """What became of one note. `result`: rebuilt, unreadable, missing, damaged, no_owner, other_owner or
    purged (which is right)."""

    result: str
    key: str
    detail: str = ""


def rebuild_all(*, make_owners: bool, progress: Progress) -> Iterator[Outcome]:
    """Yields what became of each note about a media without a row.

    With `make_owners` a lost owner gets an account with the old number, private and without a password, to be handed
    over. Somebody who registered after the photo was taken in cannot be its owner, whatever their number.
    """
    keys = [key for key in layout.store().keys(layout.ORIGINALS) if layout.parse_sidecar_key(key)]
    iterator = iter(progress(keys))
    while batch := [key for key, _ in zip(iterator, range(BATCH), strict=False)]:
        for key in _without_row(batch):
            outcome = retry_with_backoff(partial(_rebuilt, key, make_owners))
            if outcome is not None:
                yield outcome


def _without_row(keys: list[str]) -> list[str]:
    ids = {key: parsed[1] for key in keys if (parsed := layout.parse_sidecar_key(key))}
    there = Media.objects.filter(pk__in=ids.values()).exclude(state=Media.State.RECEIVING)
    known = set(there.values_list("pk", flat=True))
    return [key for key, media_id in ids.items() if media_id not in known]


def _rebuilt(key: str, make_owners: bool) -> Outcome | None:
    parsed = layout.parse_sidecar_key(key)
    try:
        with contextlib.closing(layout.store().open(key)) as file:
            note = read_note(file.read())
    except (ValueError, Missing) as error:
        return Outcome("unreadable", key, str(error))
    original = parsed[0] if parsed else ""
    return _wrong_owner(note, key, make_owners) or _unsound(note, original) or _made(note, original)


def _wrong_owner(note: Note, key: str, make_owners: bool) -> Outcome | None:
    owner = User.objects.get_queryset().filter(pk=note.owner_id).first()
    if owner is None and make_owners:
        make_placeholder(user_id=note.owner_id)
    elif owner is None:
        return Outcome("no_owner", key, f"nobody has the number {note.owner_id}; --make-owners makes them")
    elif owner.purged_at is not None:
        return Outcome("purged", key, f"the account {note.owner_id} was deleted")
    elif owner.created_at > note.created_at:
        return Outcome(
            "other_owner", key, f"{owner} registered later and has the number {note.owner_id} of somebody lost"
        )
    return None


def _unsound(note: Note, original: str) -> Outcome | None:
    found = layout.store().digest(original)
    if found is None:
        return Outcome("missing", original, f"of media {note.media_id}")
    return None if found == note.digest else Outcome("damaged", original, f"of media {note.media_id}")


def _made(note: Note, original: str) -> Outcome | None:
    made = rebuild(note=note, key=original, prefix=secrets.token_urlsafe(24))
    return Outcome("rebuilt", original, f"media {note.media_id} of user {note.owner_id}") if made else None
