"""Perceptual hashes of originals, and how those near a given one are found."""

from typing import TypeVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import connections, models

from media.models.originals import Blob
from media.processing.perceptual_hash import BITS, MIN_QUALITY, mirrored

BANDS = 16
BAND_BITS = BITS // BANDS
MAX_DISTANCE = 2 * BANDS - 1  # two hashes no further apart have a band in which they differ in one bit at most
MAX_NEAR = 1000  # rows of one look-up
Row = TypeVar("Row", bound=models.Model)
# Band by band, because of an overlap with hundreds of them the planner thinks that it holds for a third of all rows.
_NEAR = """
SELECT found.pk, min(found.distance)
FROM (SELECT ('x' || %s)::bit(256) AS own, ('x' || %s)::bit(256) AS mirrored) AS given,
    unnest(%s::integer[]) AS band,
    LATERAL (
        SELECT {pk} AS pk, least(
            bit_count(('x' || digits)::bit(256) # given.own), bit_count(('x' || digits)::bit(256) # given.mirrored)
        ) AS distance
        FROM {table} WHERE bands @> ARRAY[band]
    ) AS found
WHERE found.distance <= %s GROUP BY found.pk ORDER BY 2, 1 LIMIT %s
"""


def bands_of(digits: str) -> list[int]:
    """The hash in 16 bands of 16 bits, each with its place before it, so that one index holds all."""
    value, mask = int(digits, 16), (1 << BAND_BITS) - 1
    return [(at << BAND_BITS) | (value >> (at * BAND_BITS) & mask) for at in range(BANDS)]


def kept_bands(digits: str, quality: int) -> list[int]:
    """The bands by which a hash is to be found: none of a picture that is too plain to be known by its hash."""
    return bands_of(digits) if quality >= MIN_QUALITY else []


def bands_near(digits: str) -> list[int]:
    """Every band with at most one other bit: one of them is in every hash within `MAX_DISTANCE` (pigeonhole)."""
    return [band ^ flip for band in bands_of(digits) for flip in (0, *(1 << bit for bit in range(BAND_BITS)))]


class NearQuerySet(models.QuerySet[Row]):
    """Rows with `digits` and `bands`."""

    def near(self, digits: str, within: int, most: int = MAX_NEAR) -> list[Row]:
        """Those at most `within` bits away, as they are or mirrored, each with its `distance`; the nearest first.

        `within` is at most `MAX_DISTANCE`. Looks at rows that share a band but for one bit: 2 · 272 of 2^20 bands,
        0.8 % of the rows if hashes are evenly distributed.
        """
        distances = self._distances(digits, within, most)
        rows = list(self.filter(pk__in=distances))
        for row in rows:
            row.distance = distances[row.pk]  # type: ignore[attr-defined]  # declared by each model
        return sorted(rows, key=lambda row: (distances[row.pk], row.pk))

    def _distances(self, digits: str, within: int, most: int) -> dict[int, int]:
        """Of the nearest rows, whatever else is asked of them."""
        names = {"table": self.model._meta.db_table, "pk": self.model._meta.pk.column}
        other = mirrored(digits)
        bands = [*bands_near(digits), *bands_near(other)]
        with connections[self.db].cursor() as cursor:
            cursor.execute(_NEAR.format(**names), [digits, other, bands, within, most])
            return dict(cursor.fetchall())


class ImageHash(models.Model):
    """The perceptual hash of what an original shows: of a photo upright, of a video its poster."""

    blob = models.OneToOneField(Blob, on_delete=models.CASCADE, primary_key=True, related_name="image_hash")
    digits = models.CharField(max_length=64, help_text="256 bits in hexadecimal.")
    quality = models.PositiveSmallIntegerField(help_text="How much there is to be seen, 0 to 100.")
    bands = ArrayField(models.IntegerField(), help_text="Empty below a quality of 50.")
    distance: int  # annotated by near()
    objects = NearQuerySet["ImageHash"].as_manager()

    class Meta:
        verbose_name_plural = "image hashes"
        indexes = [GinIndex(fields=["bands"], name="image_hash_bands")]

    def __str__(self) -> str:
        return f"{self.digits[:8]}… of original {self.blob_id}"
