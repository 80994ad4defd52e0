"""Photos that no post shows yet, so that posts can be published without uploading."""

from collections.abc import Sequence

from django.db import connection, transaction
from django.utils import timezone

from api.ids import generate_ids
from devtools.bench.feed.world.media import RENDITIONS, Photo, copy_photos
from media.models import Blob, Rendition


def spare_photos(owners: Sequence[int], seed: int) -> list[tuple[int, int]]:
    """(owner, media id), one for each of these people."""
    now = timezone.now()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [Blob._meta.db_table])
        first = int(cursor.fetchone()[0])
        numbers = range(first, first + len(owners))
        photos = [
            Photo(number, media, owner, references=0)
            for number, media, owner in zip(numbers, generate_ids(len(owners)), owners, strict=True)
        ]
        copy_photos(cursor.cursor, photos, seed, now)
        last = numbers[-1]
        cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [Blob._meta.db_table, last])
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)",
            [Rendition._meta.db_table, (last + 1) * len(RENDITIONS)],
        )
    return [(photo.owner, photo.media_id) for photo in photos]
