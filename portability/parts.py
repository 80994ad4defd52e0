"""One archive of an export, made in a temporary file."""

import contextlib
import logging
import time
from collections.abc import Callable
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from django.db.models import Sum
from django.utils import timezone

from accounts.models import User
from media.models import Media, Rendition
from media.stores import layout
from media.stores.interface import CHUNK
from portability.documents import dump, write_documents, write_page
from portability.limits import FORMAT, MAX_PART_BYTES, VERSION
from portability.records.media import file_of, preview_of

logger = logging.getLogger(__name__)
PREVIEW_WIDTH = 640
REPORT_SECONDS = 5


class Part:
    """Writes the originals from `after` on (and with the first of them all documents) until the archive is full."""

    def __init__(self, person: User, number: int, after: int, report: Callable[[int], None]) -> None:
        self.person, self.number, self.last_media_id, self.report = person, number, after, report
        self.bytes, self.missing, self.is_last = 0, list[str](), True
        self.reported = time.monotonic()

    def write(self, file: IO[bytes]) -> None:
        with ZipFile(file, "w", ZIP_DEFLATED) as archive:
            if self.number == 1:
                write_documents(archive, self.person, self._report_now_and_then)
                write_page(archive, self.person)
            self._write_media(archive)
            archive.writestr(f"archive-{self.number}.json", dump(self._about()))

    def _about(self) -> dict[str, object]:
        return {
            "format": FORMAT,
            "version": VERSION,
            "username": self.person.username,
            "part": self.number,
            "is_last": self.is_last,
            "missing": self.missing,
            "created_at": timezone.now(),
        }

    def _write_media(self, archive: ZipFile) -> None:
        rows = Media.objects.owned_by(self.person).filter(pk__gt=self.last_media_id)
        shown = rows.select_related("blob").prefetch_related("renditions").order_by("pk")
        for media in shown.iterator(100):
            if self.bytes and self.bytes + media.size > MAX_PART_BYTES:
                self.is_last = False
                return
            self._write_one(archive, media)
            self.bytes += media.size
            self.last_media_id = media.pk

    def _write_one(self, archive: ZipFile, media: Media) -> None:
        """The original, stored as it is, and a preview. One that is lost is named, and does not end the export."""
        try:
            self._copy(archive, media.blob.key, file_of(media))
        except layout.Missing:
            logger.error("original %s is missing from an export", media.blob.key)
            self.missing.append(file_of(media))
        preview = _preview(media)
        if preview is not None:
            with contextlib.suppress(layout.Missing):
                self._copy(archive, layout.rendition_key(media.prefix, preview.name), preview_of(media))

    def _copy(self, archive: ZipFile, key: str, name: str) -> None:
        info = ZipInfo(name, date_time=timezone.now().timetuple()[:6])
        info.compress_type, info.external_attr = ZIP_STORED, 0o644 << 16
        with (
            contextlib.closing(layout.store().open(key)) as source,
            archive.open(info, "w", force_zip64=True) as target,
        ):
            while chunk := source.read(CHUNK):
                target.write(chunk)
                self._report_now_and_then()

    def _report_now_and_then(self) -> None:
        if time.monotonic() - self.reported > REPORT_SECONDS:
            self.reported = time.monotonic()
            self.report(self.last_media_id)


def _preview(media: Media) -> Rendition | None:
    """The smallest WebP that is wide enough, else the widest."""
    pictures = sorted(
        (row for row in media.renditions.all() if row.content_type == "image/webp"), key=lambda r: r.width
    )
    return next((row for row in pictures if row.width >= PREVIEW_WIDTH), pictures[-1] if pictures else None)


def share_done(person: User, last_media_id: int) -> int:
    """Percent of the person's bytes up to this media."""
    mine = Media.objects.owned_by(person)
    total = mine.aggregate(total=Sum("size"))["total"] or 0
    done = mine.filter(pk__lte=last_media_id).aggregate(done=Sum("size"))["done"] or 0
    return int(done * 100 / total) if total else 100
