"""What the store holds, and for whom: counted by the database, so that memory stays the same however much there is.

Counted is what was stored and not purged, deleted or not. Bytes that several media share are divided among them evenly:
then what each kind or person saves by sharing adds up to the whole.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.db import connection, transaction

PHONE_WIDTH = 1080  # the widest rendition that a phone loads
ESTIMATE = 200_000  # bytes served per photo, as the capacity estimate has it
BIN = 20_000  # bytes; of the histogram
MAX_BINS = 40
STEPS = 6  # of a report

# Each original once per media, with how many share its bytes, whether any of them is shown, and its renditions.
_HELD = """
    WITH made AS (
        SELECT media_id, count(*) AS files, sum(size) AS bytes FROM media_rendition GROUP BY media_id
    ), held AS (
        SELECT media.id, media.kind, media.owner_id, media.size, media.references, media.released_at,
            count(*) OVER same AS sharers,
            sum(media.references) OVER same AS shown,
            count(media.released_at) OVER same AS released,
            coalesce(made.files, 0) AS files, coalesce(made.bytes, 0) AS bytes
        FROM media_media AS media
        JOIN media_blob AS blob ON blob.id = media.blob_id AND blob.state = 'stored'
        LEFT JOIN made ON made.media_id = media.id
        WHERE media.state <> 'receiving'
        WINDOW same AS (PARTITION BY media.blob_id)
    )
"""
_TALLY = """
    count(*), coalesce(sum(size), 0), round(coalesce(sum(size / sharers::numeric), 0)),
    coalesce(sum(files), 0), coalesce(sum(bytes), 0)
    FROM held
"""
_BY_KIND = f"""{_HELD} SELECT coalesce(kind, 'all'), {_TALLY}
    GROUP BY GROUPING SETS ((), (kind)) ORDER BY grouping(kind) DESC, kind"""
_BY_USER = f"{_HELD} SELECT owner_id, {_TALLY} GROUP BY owner_id ORDER BY 3 DESC, 1 LIMIT %s"
_ORPHANS = f"""{_HELD} SELECT
    round(coalesce(sum(size / sharers::numeric) FILTER (WHERE shown = 0 AND released > 0), 0)),
    round(coalesce(sum(size / sharers::numeric) FILTER (WHERE shown = 0 AND released = 0), 0)),
    coalesce(sum(bytes) FILTER (WHERE held.references = 0), 0),
    (SELECT coalesce(sum(size), 0) FROM media_blob AS blob WHERE state = 'stored'
        AND NOT EXISTS (SELECT FROM media_media WHERE blob_id = blob.id))
    FROM held"""  # noqa: S608
_RENDITIONS = "SELECT name, count(*), sum(size) FROM media_rendition GROUP BY name ORDER BY 3 DESC, 1 LIMIT 12"
_SERVED = """
    WITH served AS (
        SELECT DISTINCT ON (rendition.media_id) rendition.size
        FROM media_rendition AS rendition
        JOIN media_media AS media ON media.id = rendition.media_id AND media.kind = 'photo' AND media.state = 'ready'
        WHERE rendition.content_type = 'image/webp' AND rendition.width <= %s
        ORDER BY rendition.media_id, rendition.width DESC
    )
"""
_SERVED_MEAN = f"""{_SERVED} SELECT count(*), round(avg(size)),
    percentile_disc(0.5) WITHIN GROUP (ORDER BY size), percentile_disc(0.95) WITHIN GROUP (ORDER BY size)
    FROM served"""  # noqa: S608
_SERVED_BINS = f"{_SERVED} SELECT least(size / %s, %s) AS bin, count(*) FROM served GROUP BY bin ORDER BY bin"  # noqa: S608


class Tally(NamedTuple):
    """What one kind or one person keeps: counts, and bytes."""

    name: str
    originals: int
    original_bytes: int  # as if nothing were shared
    stored_bytes: int  # each one's even part of what is shared
    renditions: int
    rendition_bytes: int

    @property
    def saved_bytes(self) -> int:
        return self.original_bytes - self.stored_bytes


class Orphans(NamedTuple):
    """Bytes that nothing refers to: released, never attached, or of no media any more."""

    released: int
    never_attached: int
    renditions: int
    unowned: int


class Served(NamedTuple):
    """Bytes a phone loads per photo: the widest WebP of at most `PHONE_WIDTH`; None without photos."""

    photos: int
    mean: int | None
    median: int | None
    p95: int | None


class Report(NamedTuple):
    """All of it."""

    total: Tally
    kinds: list[Tally]
    users: list[Tally]
    renditions: list[tuple[str, int, int]]  # name, count, bytes
    served: Served
    histogram: list[tuple[int, int]]  # from so many bytes, photos; the last bin is open
    orphans: Orphans

    @property
    def stored_bytes(self) -> int:
        """Everything in the store but the sidecars."""
        return self.total.stored_bytes + self.total.rendition_bytes + self.orphans.unowned

    @property
    def orphaned_share(self) -> float:
        return sum(self.orphans) / self.stored_bytes if self.stored_bytes else 0.0


def report(*, users: int, step: Callable[[str], None] = lambda about: None) -> Report:
    """Counts everything. `step` is called with what is counted next, `STEPS` times.

    Statements run without the time limit of requests.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")

        def rows(about: str, sql: str, *values: int) -> list[tuple[Any, ...]]:
            step(about)
            cursor.execute(sql, values)
            return [tuple(int(one) if _is_number(one) else one for one in row) for row in cursor.fetchall()]

        total, *kinds = [Tally(*row) for row in rows("kinds", _BY_KIND)]
        return Report(
            total=total,
            kinds=kinds,
            users=_named([Tally(*row) for row in rows("people", _BY_USER, users)]),
            renditions=[(row[0], row[1], row[2]) for row in rows("renditions", _RENDITIONS)],
            served=Served(*rows("bytes served", _SERVED_MEAN, PHONE_WIDTH)[0]),
            histogram=[(row[0] * BIN, row[1]) for row in rows("sizes", _SERVED_BINS, PHONE_WIDTH, BIN, MAX_BINS - 1)],
            orphans=Orphans(*rows("orphans", _ORPHANS)[0]),
        )


def _is_number(value: Any) -> bool:
    return value is not None and not isinstance(value, str)


def _named(tallies: list[Tally]) -> list[Tally]:
    """With people's names in place of their ids."""
    people = get_user_model()._default_manager.in_bulk([int(tally.name) for tally in tallies])
    return [tally._replace(name=people[int(tally.name)].get_username()) for tally in tallies]


def as_json(result: Report) -> dict[str, Any]:
    """The report as plain values."""

    def plain(tally: Tally) -> dict[str, Any]:
        return {**tally._asdict(), "saved_bytes": tally.saved_bytes}

    return {
        "total": plain(result.total),
        "kinds": [plain(one) for one in result.kinds],
        "users": [plain(one) for one in result.users],
        "renditions": [{"name": name, "count": count, "bytes": size} for name, count, size in result.renditions],
        "served_per_photo": {**result.served._asdict(), "estimate": ESTIMATE},
        "histogram": [{"from": start, "photos": count} for start, count in result.histogram],
        "orphaned": {**result.orphans._asdict(), "share": round(result.orphaned_share, 4)},
        "stored_bytes": result.stored_bytes,
    }
