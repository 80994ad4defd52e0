"""How far an import is, for its owner and for the worker that does it."""

from collections.abc import Callable

from portability.models import Import, ImportItem

BATCH = 500
StillHere = Callable[[], None]


def note_progress(import_run: Import) -> None:
    items = ImportItem.objects.filter(import_run=import_run)
    total, left = items.count(), items.filter(target__isnull=True, error_code="").count()
    share = min(99, (total - left) * 100 // total) if total else 0
    Import.objects.running().filter(pk=import_run.pk).update(progress=share)
