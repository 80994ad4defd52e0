"""Exporting a person's data: asking for it, making its archives, removing them when their time is over."""

import secrets
import tempfile
from collections.abc import Callable
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from events.actions import record
from events.decorators import LEASE
from media import archives
from media.actions.marking import ensure_marked
from media.stores import layout
from portability.limits import KEPT_FOR, STORE_LEASE
from portability.models import Export, ExportPart
from portability.parts import Part, share_done


def request_export(*, owner: User) -> Export:
    """The export under way, or of the last day; else a new one, which a worker will make."""
    recent = Export.objects.owned_by(owner).recent().order_by("-pk").first()
    if recent is not None:
        return recent
    try:
        with transaction.atomic():
            export = Export.objects.create(owner=owner, prefix=secrets.token_urlsafe(24))
            record("export_requested", export_id=export.pk)
            return export
    except IntegrityError:  # asked for twice at once
        return Export.objects.owned_by(owner).unfinished().get()


def build_part(*, export_id: int, still_here: Callable[[timedelta], None]) -> bool:
    """Makes the next archive of an export; whether that was the last. Repeated after a crash, it makes that one anew.

    `storage_unavailable` if the store fails.
    """
    export = Export.objects.unfinished().select_related("owner").filter(pk=export_id).first()
    if export is None:
        return True
    before = export.parts.order_by("-number").first()
    number, after = (before.number + 1, before.last_media_id) if before else (1, 0)

    def report(last_media_id: int) -> None:
        still_here(LEASE)
        _note_progress(export, last_media_id)

    ensure_marked()
    _note_progress(export, after)
    part = Part(export.owner, number, after, report)
    with tempfile.TemporaryFile() as file:
        part.write(file)
        digest = layout.digest_of(file)
        still_here(STORE_LEASE)
        archives.write(export.prefix, f"{number}.zip", file, digest)
    if not _keep(export, part, digest):
        archives.remove(export.prefix, [f"{number}.zip"])
    return part.is_last


def _note_progress(export: Export, last_media_id: int) -> None:
    share = min(share_done(export.owner, last_media_id), 99)
    Export.objects.unfinished().filter(pk=export.pk).update(state=Export.State.RUNNING, progress=share)


@transaction.atomic
def _keep(export: Export, part: Part, digest: layout.Digest) -> bool:
    """Notes the archive; False if the export is gone: its owner was purged meanwhile."""
    row = Export.objects.select_for_update().filter(pk=export.pk).first()
    if row is None:
        return False
    if row.state not in Export.UNFINISHED:
        return True
    ExportPart.objects.create(
        export=row, number=part.number, size=digest.size, sha256=digest.sha256, last_media_id=part.last_media_id
    )
    if part.is_last:
        row.state, row.progress, row.finished_at = Export.State.READY, 100, timezone.now()
        row.expires_at = row.finished_at + KEPT_FOR
        row.save(update_fields=["state", "progress", "finished_at", "expires_at"])
        record("export_ready", export_id=row.pk)
    return True


def prune_exports() -> int:
    """Ends exports that were never finished, and removes those whose time is over; returns the number of these."""
    now = timezone.now()
    Export.objects.stuck().update(state=Export.State.FAILED, finished_at=now, expires_at=now + KEPT_FOR)
    expired = list(Export.objects.expired().for_display())
    for export in expired:
        remove_export(export=export)
    return len(expired)


def remove_export(*, export: Export) -> None:
    """Removes the archives, then the row: cut short, it is found again."""
    # One more than were noted: that of a run which was cut short.
    names = [f"{number}.zip" for number in range(1, export.parts.count() + 2)]
    archives.remove(export.prefix, names)
    export.delete()
