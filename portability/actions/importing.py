"""Importing an archive: announcing it, planning what it asks for, making that once.

The plan is kept as rows, so that a worker that dies goes on where it was, and so that an archive which is sent twice,
or in parts, makes nothing twice.
"""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from api.problems import Problem
from events.actions import record
from media.actions import direct_uploads
from media.stores import layout
from portability.actions.making import make_highlights, make_posts, make_stories
from portability.actions.making_collections import make_collections
from portability.actions.progress import StillHere, note_progress
from portability.actions.reading import read_archive
from portability.formats.zips import NotAnArchive
from portability.models import Import

AGAIN_IN = timedelta(seconds=5)


def announce_import(*, owner: User, size: int, sha256: str = "") -> Import:
    """Where to send an archive of this size. While one is waited for that fits, the answer is the same.

    Raises `too_large`.
    """
    waiting = Import.objects.owned_by(owner).open().filter(upload__size=size, upload__sha256=sha256).first()
    if waiting is not None:
        return waiting
    arrival = direct_uploads.begin_archive(owner=owner, size=size, sha256=sha256)
    return Import.objects.create(owner=owner, upload=arrival, key=arrival.key)


def start_import(*, import_run: Import) -> Import:
    """Hands an archive that has arrived to a worker. Repeated, it changes nothing.

    `not_uploaded` while nothing has arrived, `conflict` while another import of the person is running.
    """
    if import_run.state != Import.State.ANNOUNCED:
        return import_run
    try:
        layout.store().open(import_run.key).close()
    except layout.Missing:
        raise Problem("not_uploaded", "Nothing has arrived at the address yet") from None
    try:
        with transaction.atomic():
            row = Import.objects.select_for_update().get(pk=import_run.pk)
            if row.state == Import.State.ANNOUNCED:
                row.state = Import.State.PENDING
                row.save(update_fields=["state"])
                record("import_started", import_id=row.pk)
            return row
    except IntegrityError:
        raise Problem("conflict", "Another import of yours is running") from None


def advance_import(*, import_id: int, still_here: StillHere) -> datetime | None:
    """Does what can be done now; None if that was all, else when to come back (files are being processed).

    `storage_unavailable` if the store fails.
    """
    import_run = Import.objects.running().select_related("owner").filter(pk=import_id).first()
    if import_run is None:
        return None
    if not import_run.owner.is_active:  # nothing is made of theirs meanwhile; they may send it again
        _end(import_run, Import.State.FAILED, "account_away", "The account was deactivated, suspended or deleted")
        return None
    Import.objects.filter(pk=import_id).update(state=Import.State.RUNNING)
    try:
        if import_run.read_at is None and not read_archive(import_run, still_here):
            return timezone.now() + AGAIN_IN
    except NotAnArchive as reason:
        _end(import_run, Import.State.FAILED, "not_an_archive", str(reason))
        return None
    waiting = make_posts(import_run, still_here) + make_stories(import_run, still_here)
    note_progress(import_run)
    if waiting:
        return timezone.now() + AGAIN_IN
    make_highlights(import_run)
    make_collections(import_run, still_here)
    _end(import_run, Import.State.READY)
    return None


def _end(import_run: Import, state: str, code: str = "", detail: str = "") -> None:
    error = {"error_code": code, "error_detail": detail[:256]}
    ended = {"state": state, "finished_at": timezone.now(), "progress": 100, **error}
    Import.objects.running().filter(pk=import_run.pk).update(**ended)


@transaction.atomic
def prune_imports() -> int:
    """Forgets imports that ended a month ago, and ends those that nobody finished; returns the number of the former."""
    old = Import.objects.running().filter(created_at__lte=timezone.now() - timedelta(days=2))
    error = {"error_code": "too_slow", "error_detail": "It took too long"}
    old.update(state=Import.State.FAILED, finished_at=timezone.now(), **error)
    count, _ = Import.objects.old().delete()
    return count
