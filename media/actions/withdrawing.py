"""What becomes of media when what shows them is taken down, and put back.

`withhold` and `give_back` are rows alone, in the transaction of the decision. The renditions are moved afterwards, by
the outbox: a store that is down delays that, and stops no decision.
"""

import contextlib
import secrets
from collections.abc import Callable, Sequence

from django.db.models import F
from django.db.models.expressions import Combinable
from django.db.models.functions import Greatest

from events.actions import record_each
from media.actions.attaching import lock_owners
from media.models import Media
from media.stores import layout


def withhold(*, media_ids: Sequence[int]) -> None:
    """Their owner can show them nowhere anew and gets no addresses of them, only the originals; in the caller's
    transaction. What else shows them already goes on, under new addresses: the old ones end."""
    _move_count(media_ids, F("withheld") + 1, "media_withdrawn")


def give_back(*, media_ids: Sequence[int]) -> None:
    """Takes back one `withhold` of each; in the caller's transaction."""
    _move_count(media_ids, Greatest(F("withheld") - 1, 0), "media_returned")


def withdraw(*, media_id: int, note: Callable[[str, str], tuple[str, str]] = lambda old, new: (old, new)) -> None:
    """Ends every address of a media at once (a take-down): its renditions move to a folder with another name.

    `note` is told of both folders before anything moves, and may give those of an earlier try, which is then completed.
    Harmless when repeated, also at the same time. `Unavailable` if the store fails.
    """
    media = Media.objects.prefetch_related("renditions").filter(pk=media_id).first()
    names = [rendition.name for rendition in media.renditions.all()] if media is not None else []
    if media is None or not names:  # purged meanwhile, or nobody has an address of it
        return
    old, new = note(media.prefix, secrets.token_urlsafe(24))
    if media.prefix == old:
        for name in names:
            with contextlib.suppress(layout.Missing):  # what is not there has no address either
                layout.copy_rendition(old, new, name)
        Media.objects.filter(pk=media_id, prefix=old).update(prefix=new)
    current = set(Media.objects.filter(pk=media_id).values_list("prefix", flat=True))
    for folder in {old, new} - current:  # both, if somebody else has moved it meanwhile
        layout.remove_renditions(folder, names)


def return_to_view(*, media_id: int, note: Callable[[str, str], tuple[str, str]] = lambda old, new: (old, new)) -> None:
    """Gives the renditions keys that nobody knows yet: the addresses that moderators were shown end. As `withdraw`."""
    withdraw(media_id=media_id, note=note)


def _move_count(media_ids: Sequence[int], value: Combinable, event: str) -> None:
    lock_owners(media_ids=media_ids)
    rows = Media.objects.filter(pk__in=media_ids).order_by("pk").select_for_update(no_key=True, of=("self",))
    found = list(rows.values_list("pk", flat=True))
    Media.objects.filter(pk__in=found).update(withheld=value)
    record_each(name=event, payloads=[{"media_id": pk} for pk in found])
