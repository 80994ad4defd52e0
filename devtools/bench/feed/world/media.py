"""Media with their renditions. No file stands behind them: lists and feeds only name the addresses."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np

from devtools.bench.feed.world.copying import copy_binary, copy_text
from media.models import Blob, Media, Rendition

BLURHASH = "LKO2?U%2Tw=w]~RBVZRi};RPxuwH"
# name, type, width, height, bytes: what a phone's photo of 4032 × 3024 gets
RENDITIONS = (
    ("w320.webp", "image/webp", 320, 240, 18_700),
    ("w640.webp", "image/webp", 640, 480, 57_700),
    ("w1080.webp", "image/webp", 1080, 810, 134_100),
    ("w2048.webp", "image/webp", 2048, 1536, 377_800),
    ("w1080.jpg", "image/jpeg", 1080, 810, 178_100),
)


class Photo(NamedTuple):
    """`number` counts all photos of the world from 1; it is the blob's id, too."""

    number: int
    media_id: int
    owner: int
    references: int = 1


def digest(*parts: object) -> str:
    return hashlib.sha256(":".join(map(str, parts)).encode()).hexdigest()


def copy_photos(cursor: Any, photos: Iterable[Photo], seed: int, moment: datetime) -> None:
    """Blobs, media and renditions."""
    blobs, media, numbers, ids = [], [], [], []
    for photo in photos:
        mark = digest(seed, photo.number)
        blobs.append(
            f"{photo.number}\toriginals/{mark[:32]}\t{mark}\t2400000\timage/jpeg\tstored\t{moment.isoformat()}"
        )
        media.append(
            f"{photo.media_id}\t{photo.owner}\t{photo.number}\t2400000\tphoto\tready\ta photo of {mark[:5]}"
            f"\t4032\t3024\t{BLURHASH}\t{mark[32:]}\t{photo.references}"
        )
        numbers.append(photo.number)
        ids.append(photo.media_id)
    if not ids:
        return
    names = ["id", "key", "sha256", "size", "content_type", "state", "stored_at"]
    copy_text(cursor, Blob, names, blobs, moment)
    names = ["id", "owner_id", "blob_id", "size", "kind", "state", "alt_text", "width", "height", "blurhash", "prefix"]
    copy_text(cursor, Media, [*names, "references"], media, moment)
    _copy_renditions(cursor, np.array(numbers, np.int64), np.array(ids, np.int64), moment)


def _copy_renditions(cursor: Any, numbers: Any, media_ids: Any, moment: datetime) -> None:
    for place, (name, kind, width, height, size) in enumerate(RENDITIONS):
        columns = {
            "id": numbers * len(RENDITIONS) + place,
            "media_id": media_ids,
            "name": name,
            "content_type": kind,
            "width": width,
            "height": height,
            "size": size,
        }
        copy_binary(cursor, Rendition, columns, moment)
