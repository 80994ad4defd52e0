"""Importing an archive: announcing it, planning what it asks for, making that once.

The plan is kept as rows, so that a worker that dies goes on where it was, and so that an archive which is sent twice,
or in parts, makes nothing twice.
"""

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import IO, Any
from zipfile import ZipFile

from django.db import IntegrityError, transaction
from django.utils import timezone
from rest_framework.exceptions import ValidationError

from accounts.actions import update_profile
from accounts.models import User
from accounts.serializers import ProfileInput
from api.problems import Problem
from events.actions import record
from media.actions import direct_uploads, upload
from media.models import Media
from media.processing.kinds import most_bytes
from media.stores import layout
from portability.formats import instagram, own
from portability.formats.planned import Plan, Planned
from portability.formats.zips import NotAnArchive, copy_entry, open_zip
from portability.limits import MAX_ITEMS, MAX_SOURCE_LENGTH
from portability.models import Import, ImportItem
from posts.actions import import_post
from posts.limits import MAX_ALT_TEXT_LENGTH, MAX_MEDIA
from posts.serializers import PublishInput
from social.models import Audience
from stories.actions import import_story, make_highlight
from stories.limits import MAX_ITEMS as MAX_HIGHLIGHT_ITEMS
from stories.serializers import HighlightInput, StoryInput

BATCH = 500
AGAIN_IN = timedelta(seconds=5)
StillHere = Callable[[], None]


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
        _end(import_run, Import.State.FAILED, "The account was deactivated, suspended or deleted")
        return None
    Import.objects.filter(pk=import_id).update(state=Import.State.RUNNING)
    try:
        if import_run.read_at is None and not _read(import_run, still_here):
            return timezone.now() + AGAIN_IN
    except NotAnArchive as reason:
        _end(import_run, Import.State.FAILED, str(reason))
        return None
    waiting = _make_posts(import_run, still_here) + _make_stories(import_run, still_here)
    _note_progress(import_run)
    if waiting:
        return timezone.now() + AGAIN_IN
    _make_highlights(import_run)
    _end(import_run, Import.State.READY)
    return None


def _end(import_run: Import, state: str, detail: str = "") -> None:
    ended = {"state": state, "error_detail": detail[:256], "finished_at": timezone.now(), "progress": 100}
    Import.objects.running().filter(pk=import_run.pk).update(**ended)


def _note_progress(import_run: Import) -> None:
    items = ImportItem.objects.filter(import_run=import_run)
    total, left = items.count(), items.filter(target__isnull=True, error_code="").count()
    share = min(99, (total - left) * 100 // total) if total else 0
    Import.objects.running().filter(pk=import_run.pk).update(progress=share)


# -- the archive -------------------------------------------------------------------------------------


@contextlib.contextmanager
def _arrived(key: str) -> Iterator[IO[bytes]]:
    """The archive as a file that can seek: the store's own, or a copy."""
    with contextlib.closing(layout.store().open(key)) as file:
        if file.seekable():
            yield file
            return
    with layout.spooled(layout.store(), key) as copy:
        yield copy


def _read(import_run: Import, still_here: StillHere) -> bool:
    """Plans what the archive asks for and takes its files; False if some must wait until others are processed."""
    try:
        with _arrived(import_run.key) as file, open_zip(file) as archive:
            plan = own.plan(archive) or instagram.plan(archive)
            if plan is None:
                raise NotAnArchive("It is neither an export of pystagram nor a download of Instagram in JSON")
            _keep_plan(import_run, plan, still_here)
            if not _take_files(import_run, plan.origin, archive, still_here):
                return False
    except layout.Missing:
        raise NotAnArchive("The archive was removed before it was read") from None
    Import.objects.filter(pk=import_run.pk).update(read_at=timezone.now())
    with contextlib.suppress(layout.Unavailable):  # the upload's own tidying comes by again
        direct_uploads.forget_arrived(key=import_run.key)
    return True


def _keep_plan(import_run: Import, plan: Plan, still_here: StillHere) -> None:
    """Writes what is not there yet; what an earlier archive asked for and lacked joins this import."""
    items = islice(plan.items, MAX_ITEMS)
    while batch := list(islice(items, BATCH)):
        still_here()
        rows = [_row(import_run, planned) for planned in batch if len(planned.source) <= MAX_SOURCE_LENGTH]
        ImportItem.objects.bulk_create(rows, ignore_conflicts=True)
    mine = ImportItem.objects.filter(owner=import_run.owner, source__startswith=f"{plan.origin}:")
    mine.filter(target__isnull=True, error_code="").update(import_run=import_run)
    _fill_profile(import_run.owner, plan.profile)


def _row(import_run: Import, planned: Planned) -> ImportItem:
    return ImportItem(
        owner=import_run.owner,
        import_run=import_run,
        kind=planned.kind,
        source=planned.source,
        data=dict(planned.data),
    )


def _fill_profile(person: User, profile: Any) -> None:
    """What the person has not said here yet. What does not fit is left out."""
    for name, value in profile.items():
        body = ProfileInput(data={name: value}, partial=True)
        if value and not getattr(person, name) and body.is_valid():
            update_profile(user=person, **body.validated_data)


def _take_files(import_run: Import, origin: str, archive: ZipFile, still_here: StillHere) -> bool:
    names = _names_in(archive)
    items = ImportItem.objects.filter(owner=import_run.owner, source__startswith=f"{origin}:")
    for item in items.unmade(ImportItem.Kind.MEDIA).select_related("owner").iterator(BATCH):
        name = names.get(str(item.data.get("file", "")))
        if name is None:
            continue  # another archive may bring it
        still_here()
        try:
            _take_file(import_run.owner, item, archive, name)
        except Problem as problem:
            if problem.get_codes() in {"too_many_processing", "in_flight"}:
                _note_progress(import_run)
                return False
            if problem.status_code == 503:
                raise
            item.error_code = str(problem.get_codes())
        item.save(update_fields=["target", "error_code"])
    return True


def _names_in(archive: ZipFile) -> dict[str, str]:
    """Names as an archive's documents know them -> as they are; all of it may stand in a folder of its own."""
    names = archive.namelist()
    return {name.partition("/")[2]: name for name in names} | {name: name for name in names}


def _take_file(owner: User, item: ImportItem, archive: ZipFile, name: str) -> None:
    with tempfile.TemporaryFile() as file:
        if not copy_entry(archive, name, file, most_bytes()):
            item.error_code = "damaged_file"
            return
        alt_text = str(item.data.get("alt_text", ""))[:MAX_ALT_TEXT_LENGTH]
        media = upload(owner=owner, file=file, alt_text=alt_text, idempotency_key=f"import:{item.pk}")
        item.target = media.pk


# -- what is made of it ------------------------------------------------------------------------------


def _make_posts(import_run: Import, still_here: StillHere) -> int:
    """Makes those whose media are ready; the number of those that must wait."""
    return _make(import_run, ImportItem.Kind.POST, _make_post, still_here)


def _make_stories(import_run: Import, still_here: StillHere) -> int:
    return _make(import_run, ImportItem.Kind.STORY, _make_story, still_here)


def _make(import_run: Import, kind: str, make: Callable[[ImportItem, list[int]], int], still_here: StillHere) -> int:
    waiting = 0
    for item in ImportItem.objects.filter(import_run=import_run).unmade(kind).iterator(BATCH):
        still_here()
        sources = item.data.get("media")
        media_ids, state = _media_of(item, sources if isinstance(sources, list) else [sources])
        if state == "processing":
            waiting += 1
        elif state == "ready":
            _make_one(item, media_ids, make)
        elif state:
            ImportItem.objects.filter(pk=item.pk).update(error_code=state)
    return waiting


def _make_one(item: ImportItem, media_ids: list[int], make: Callable[[ImportItem, list[int]], int]) -> None:
    """The thing and the note that it was made, together."""
    try:
        with transaction.atomic():
            row = ImportItem.objects.select_for_update().get(pk=item.pk)
            if row.target is None:
                row.target = make(row, media_ids)
                row.save(update_fields=["target"])
    except (Problem, ValidationError):
        ImportItem.objects.filter(pk=item.pk).update(error_code="invalid")


def _media_of(item: ImportItem, sources: list[Any]) -> tuple[list[int], str]:
    """The media's ids in order, and `ready`, `processing`, empty (files that no archive has brought yet) or a code."""
    wanted = ImportItem.objects.filter(owner=item.owner_id, kind=ImportItem.Kind.MEDIA, source__in=sources)
    found = {row.source: row for row in wanted}
    usable = [source for source in sources if source in found and not found[source].error_code]
    if not usable:
        return [], "media_failed" if any(source in found for source in sources) else "invalid"
    if any(found[source].target is None for source in usable):
        return [], ""
    ids = [int(found[source].target or 0) for source in usable]
    states = dict(Media.objects.filter(pk__in=ids, deleted_at__isnull=True).values_list("pk", "state"))
    if any(states.get(pk) in {Media.State.PROCESSING, Media.State.RECEIVING} for pk in ids):
        return [], "processing"
    ready = [pk for pk in dict.fromkeys(ids) if states.get(pk) == Media.State.READY]
    return ready, "ready" if ready else "media_failed"


def _make_post(item: ImportItem, media_ids: list[int]) -> int:
    said = {name: value for name, value in item.data.items() if name not in {"media", "created_at", "archived"}}
    body = PublishInput(data={**said, "media": [str(pk) for pk in media_ids[:MAX_MEDIA]]})
    body.is_valid(raise_exception=True)
    shared_at = datetime.fromisoformat(item.data["created_at"]) if item.data.get("created_at") else timezone.now()
    post = import_post(
        author=item.owner,
        media_ids=media_ids[:MAX_MEDIA],
        shared_at=shared_at,
        order=item.pk,
        archived=bool(item.data.get("archived")),
        fields=body.validated_data,
    )
    return int(post.pk)


def _make_story(item: ImportItem, media_ids: list[int]) -> int:
    shared_at = datetime.fromisoformat(item.data["created_at"])
    body = StoryInput(data={"media": str(media_ids[0]), "audience": item.data.get("audience") or Audience.FOLLOWERS})
    body.is_valid(raise_exception=True)
    audience = body.validated_data["audience"]
    story = import_story(
        author=item.owner, media_id=media_ids[0], shared_at=shared_at, order=item.pk, audience=audience
    )
    return int(story.pk)


def _make_highlights(import_run: Import) -> None:
    """Of the stories that were made; an empty one is left out."""
    for item in list(ImportItem.objects.filter(import_run=import_run).unmade(ImportItem.Kind.HIGHLIGHT)):
        made = ImportItem.objects.filter(owner=item.owner_id, target__isnull=False)
        sources = [source for source in item.data.get("stories", ()) if isinstance(source, str)]
        rows = made.filter(kind=ImportItem.Kind.STORY, source__in=sources)
        by_source = {row.source: int(row.target or 0) for row in rows}
        stories = [by_source[source] for source in sources if source in by_source][:MAX_HIGHLIGHT_ITEMS]
        cover = made.filter(kind__in=["story", "media"], source=item.data.get("cover")).first()
        if stories:
            _make_one(item, stories, _highlight_maker(cover.target if cover else None))


def _highlight_maker(cover: int | None) -> Callable[[ImportItem, list[int]], int]:
    def make(item: ImportItem, stories: list[int]) -> int:
        body = HighlightInput(data={"title": item.data.get("title"), "stories": [str(story) for story in stories]})
        body.is_valid(raise_exception=True)
        made = make_highlight(owner=item.owner, title=body.validated_data["title"], stories=stories, cover=cover)
        return int(made.pk)

    return make


@transaction.atomic
def prune_imports() -> int:
    """Forgets imports that ended a month ago, and ends those that nobody finished; returns the number of the former."""
    old = Import.objects.running().filter(created_at__lte=timezone.now() - timedelta(days=2))
    old.update(state=Import.State.FAILED, finished_at=timezone.now(), error_detail="It took too long")
    count, _ = Import.objects.old().delete()
    return count
