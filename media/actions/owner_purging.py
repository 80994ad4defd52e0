"""What becomes of the media of somebody whose account is purged. Bytes of originals are left to `purge_media`."""

import contextlib

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from media.actions import resumable_uploads
from media.models import DirectUpload, ImageRefusal, Media
from media.stores import layout
from media.stores.interface import Forbidden

ROWS_AT_ONCE = 500


def purge_person(*, user_id: int, most: int = ROWS_AT_ONCE) -> bool:
    """Deletes media and announced uploads of somebody who is purged, at most so many; whether none is left.

    Their time in the trash was the account's: they count as deleted when the account was, so that the next
    `purge_media` removes them. `Unavailable` if the store fails.
    """
    person = get_user_model()._base_manager.filter(pk=user_id, purged_at__isnull=False).first()
    if person is None:
        return True
    ImageRefusal.objects.filter(owner=person).delete()
    for upload in list(DirectUpload.objects.filter(owner=person).order_by("pk")[:most]):
        resumable_uploads.remove_parts(upload)
        with contextlib.suppress(Forbidden):  # left to a purge
            layout.store().delete(upload.key)
        upload.delete()
    return _delete_media(user_id, most) == 0


@transaction.atomic
def _delete_media(user_id: int, most: int) -> int:
    there = Q(deleted_at__isnull=True) | ~Q(alt_text="") | Q(idempotency_key__isnull=False)
    rows = Media.objects.filter(there, owner=user_id).select_for_update(of=("self",)).order_by("pk")
    ids = [media.pk for media in rows[:most]]
    account_deleted_at = get_user_model()._base_manager.filter(pk=user_id).values("deleted_at")[:1]
    Media.objects.filter(pk__in=ids).update(
        deleted_at=Coalesce(F("deleted_at"), account_deleted_at), alt_text="", idempotency_key=None
    )
    return len(ids)
