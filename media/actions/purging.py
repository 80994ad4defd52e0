"""Removing for good what is past its grace period and referred to by nothing. Only `manage.py purge_media` calls this:
no request and no worker destroys an original."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import ForeignObjectRel, Q, QuerySet
from django.utils import timezone

from media.models import Blob, DirectUpload, ImageRefusal, Media, Rendition
from media.stores import layout


@dataclass
class Tally:
    """What a purge did: rows of media, originals, and their bytes."""

    media: int = 0
    originals: int = 0
    bytes: int = 0


def purgeable(before: datetime) -> QuerySet[Media]:
    """Media that nothing shows, and whose owner deleted them (or whose last post went) before the moment."""
    past_grace = Q(deleted_at__lt=before) | Q(released_at__lt=before)
    return Media.objects.filter(past_grace, references=0)


def unused_blobs(before: datetime) -> QuerySet[Blob]:
    """Blobs without media: left by a purge that was cut short, or by an upload that shared another's bytes."""
    return Blob.objects.filter(Q(state=Blob.State.PURGING) | Q(created_at__lt=before), media_set__isnull=True)


def is_referred_to(media: Media) -> bool:
    """Whether a row of any app refers to the media, whatever its counter is."""
    fields = Media._meta.get_fields(include_hidden=True)  # hidden are those without a way back, as an avatar's
    own = (Rendition, DirectUpload, ImageRefusal)  # what belongs to it, how it came, why it was refused
    relations = [one for one in fields if isinstance(one, ForeignObjectRel) and one.related_model not in own]
    return any(one.related_model._base_manager.filter(**{one.field.name: media.pk}).exists() for one in relations)


def purge(before: datetime, tally: Tally) -> Iterator[Media]:
    """Removes what is purgeable, one media at a time, and yields each; then the unused blobs."""
    for media_id in list(purgeable(before).order_by("pk").values_list("pk", flat=True)):
        media = _claim(media_id, before)
        if media is not None:
            _remove_media(media)
            tally.media += 1
            yield media
    for blob_id in list(unused_blobs(before).order_by("pk").values_list("pk", flat=True)):
        _remove_blob(blob_id, tally)


def clear_leftovers() -> int:
    """Removes what credentials that may not delete left: files of uploads that are over, and `doctor`'s; how many."""
    store, removed = layout.store(), 0
    announced = DirectUpload.objects.filter(key__startswith=layout.INCOMING)
    for prefix in (layout.INCOMING, layout.DOCTOR):
        for key in list(store.keys(prefix)):
            if not announced.filter(Q(key=key) | Q(parts__key=key)).exists():
                store.delete(key)
                removed += 1
    return removed


def _claim(media_id: int, before: datetime) -> Media | None:
    """Locks and hides the media, so that it cannot be attached while its files are deleted."""
    with transaction.atomic():
        rows = purgeable(before).select_related("blob").select_for_update(of=("self", "blob"))
        media = rows.filter(pk=media_id).first()
        if media is None or is_referred_to(media):
            return None
        media.deleted_at = media.deleted_at or timezone.now()
        media.save(update_fields=["deleted_at"])
        return media


def _remove_media(media: Media) -> None:
    names = list(media.renditions.values_list("name", flat=True))
    layout.remove_renditions(media.prefix, names)
    layout.store().delete(layout.sidecar_key(media.blob.key, media.pk))
    with transaction.atomic():
        blob = Blob.objects.select_for_update().get(pk=media.blob_id)
        Media.objects.filter(pk=media.pk).delete()
        if not blob.media_set.exists():  # from here on nobody shares it any more: identical bytes are stored again
            blob.state = Blob.State.PURGING
            blob.save(update_fields=["state"])


def _remove_blob(blob_id: int, tally: Tally) -> None:
    with transaction.atomic():
        blob = Blob.objects.select_for_update().get(pk=blob_id)
        if blob.media_set.exists():
            return
        blob.state = Blob.State.PURGING
        blob.save(update_fields=["state"])
    layout.remove_original(blob.key)
    blob.delete()
    tally.originals += 1
    tally.bytes += blob.size
