"""Perceptual hashes of what was processed before there were any: made from the renditions, which are our own files."""

import contextlib
import io
from collections.abc import Iterator

from django.db.models import QuerySet
from PIL import Image

from media.models import Blob, ImageHash, Media, Rendition, kept_bands
from media.processing.perceptual_hash import hash_of
from media.processing.photos import on_white
from media.stores import layout
from media.stores.interface import Missing

BATCH = 500
MAX_BYTES = 8 * 1024 * 1024  # of one rendition: the smallest picture of a media has a few kilobytes


def unhashed() -> QuerySet[Media]:
    """One ready media of each original without a hash, in the order of originals."""
    ready = Media.objects.filter(state=Media.State.READY, blob__image_hash__isnull=True)
    return ready.order_by("blob", "pk").distinct("blob")


def all_unhashed() -> Iterator[Media]:
    """Each once, read in batches: no cursor stays open."""
    after = 0
    while batch := list(unhashed().filter(blob__gt=after)[:BATCH]):
        yield from batch
        after = batch[-1].blob_id


def hash_old(*, media_id: int) -> bool:
    """Makes the hash of a ready media's original, if it has none and there is a picture; whether it did.

    Raises `Unavailable` if the store fails. Repeated, it changes nothing.
    """
    media = Media.objects.filter(pk=media_id, blob__state=Blob.State.STORED).first()
    picture = next(_pictures(media), None) if media is not None else None
    if media is None or picture is None:
        return False
    with Image.open(io.BytesIO(picture)) as image:
        found = hash_of(on_white(image.convert("RGBA" if image.has_transparency_data else "RGB")))
    row = ImageHash(
        blob_id=media.blob_id, digits=found.digits, quality=found.quality, bands=kept_bands(*found)
    )  # what a worker made at the same time stays
    ImageHash.objects.bulk_create([row], ignore_conflicts=True)
    return True


def _pictures(media: Media) -> Iterator[bytes]:
    """The bytes of the media's pictures that are there, the smallest first."""
    rows = Rendition.objects.filter(media=media, content_type__startswith="image/").order_by("width", "pk")
    for name in rows.values_list("name", flat=True):
        try:
            with contextlib.closing(layout.store().open(layout.rendition_key(media.prefix, name))) as file:
                yield file.read(MAX_BYTES)
        except Missing:
            continue
