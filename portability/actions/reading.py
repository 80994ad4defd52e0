"""Reading an archive: the plan of what it asks for, as rows, and its files, as media."""

import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import IO, Any
from zipfile import ZipFile

from django.utils import timezone

from accounts.actions import update_profile
from accounts.models import User
from accounts.serializers import ProfileInput
from api.problems import Problem
from media.actions import direct_uploads, upload
from media.processing.kinds import most_bytes
from media.stores import layout
from portability.actions.progress import BATCH, StillHere, note_progress
from portability.formats import instagram, own
from portability.formats.planned import Plan, Planned
from portability.formats.zips import NotAnArchive, copy_entry, open_zip
from portability.limits import MAX_ITEMS, MAX_SOURCE_LENGTH
from portability.models import Import, ImportItem
from posts.actions import set_hidden_words
from posts.limits import MAX_ALT_TEXT_LENGTH, MAX_HIDDEN_WORDS
from posts.models import HiddenWords
from posts.serializers import HiddenWordsSerializer


@contextlib.contextmanager
def _arrived(key: str) -> Iterator[IO[bytes]]:
    """The archive as a file that can seek: the store's own, or a copy."""
    with contextlib.closing(layout.store().open(key)) as file:
        if file.seekable():
            yield file
            return
    with layout.spooled(layout.store(), key) as copy:
        yield copy


def read_archive(import_run: Import, still_here: StillHere) -> bool:
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
    _add_hidden_words(import_run.owner, plan.hidden_words)


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


def _add_hidden_words(person: User, words: Sequence[str]) -> None:
    """Those that the person has not here yet, as far as there is room. What does not fit is left out."""
    fitting = [word for word in words[:MAX_HIDDEN_WORDS] if HiddenWordsSerializer(data={"words": [word]}).is_valid()]
    body = HiddenWordsSerializer(data={"words": [*HiddenWords.objects.of(person), *fitting][:MAX_HIDDEN_WORDS]})
    if fitting and body.is_valid():
        set_hidden_words(person=person, words=body.validated_data["words"])


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
                note_progress(import_run)
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
