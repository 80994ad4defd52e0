"""`manage.py backup` and `restore`: what they copy, resume, refuse and notice. test_restore_drill.py restores one."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from rest_framework.test import APIClient

from accounts.models import User
from media.models import Blob, Media
from media.stores import layout
from media.stores.interface import Unavailable
from media.stores.locks import no_other
from media.stores.marker import MARKER
from media.tests.support.photographs import photo, send
from operations.backups import retry
from tests.support.outbox import drain

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.storage("local")]
As = Callable[..., APIClient]


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Path) -> Path:
    """The folder that media go to."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def originals(store: Path, client_for: As, alice: User) -> list[Path]:
    """Three photos of alice's, with their renditions."""
    for width in (50, 51, 52):
        assert send(client_for(alice), photo("PNG", width)).status_code == 202
    drain()
    return [store / blob.key for blob in Blob.objects.order_by("pk")]


@pytest.fixture
def backup(tmp_path: Path, originals: list[Path]) -> Path:
    folder = tmp_path / "backup"
    assert run("backup", folder)[0]
    return folder


def run(name: str, folder: Path, *options: str) -> tuple[bool, str]:
    """Whether the command was content, and what it said."""
    out = StringIO()
    try:
        call_command(name, folder, *options, stdout=out)
    except CommandError as error:
        return False, f"{out.getvalue()}{error}"
    return True, out.getvalue()


def files_below(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != MARKER)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_everything_in_the_store_is_copied(store, backup):
    copied = files_below(backup / "objects")
    assert copied == files_below(store)
    assert {key.partition("/")[0] for key in copied} == {"originals", "renditions"}
    assert any(key.endswith(".json") for key in copied), "the notes beside the originals too"
    assert run("restore", backup, "--check") == (True, "all sound\n")


def test_a_second_run_copies_only_what_is_new(store, backup, client_for, alice):
    before = {path: path.stat().st_mtime_ns for path in (backup / "objects").rglob("*") if path.is_file()}
    assert send(client_for(alice), photo("PNG", 60)).status_code == 202
    assert run("backup", backup)[0]
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert files_below(backup / "objects") == files_below(store)
    assert len(list(backup.glob("database-*.dump"))) == 1


def test_a_run_that_was_cut_short_goes_on(store, backup):
    manifest = backup / "objects.tsv"
    lines = manifest.read_text().splitlines(keepends=True)
    last = lines[-1].strip().split("\t")[2]
    (backup / "objects" / last).rename(backup / "objects" / f"{last}.part")
    manifest.write_text("".join(lines)[:-20])
    assert not run("restore", backup, "--check")[0]
    assert run("backup", backup)[0]
    assert files_below(backup / "objects") == files_below(store)
    assert run("restore", backup, "--check") == (True, "all sound\n")


@pytest.mark.parametrize("spoil", [lambda path: path.unlink(), lambda path: path.write_bytes(b"x" * 99)])
def test_a_bad_object_in_the_backup_is_named(backup, spoil):
    key = Blob.objects.earliest("pk").key
    spoil(backup / "objects" / key)
    sound, said = run("restore", backup, "--check")
    assert not sound
    assert key in said
    assert "1 not sound" in said


def test_a_damaged_dump_is_refused(backup):
    [dump] = backup.glob("database-*.dump")
    dump.write_bytes(dump.read_bytes()[:-1])
    sound, said = run("restore", backup, "--over")
    assert not sound
    assert "damaged or missing" in said
    assert Media.objects.count() == 3


def test_a_folder_without_a_complete_backup_is_refused(backup):
    (backup / "backup.json").unlink()
    sound, said = run("restore", backup, "--over")
    assert not sound
    assert "no complete backup" in said


def test_a_database_in_use_is_not_replaced(backup):
    sound, said = run("restore", backup)
    assert not sound
    assert "The database is not empty" in said


def test_an_original_that_the_store_has_lost_is_named(originals, tmp_path):
    originals[0].unlink()
    sound, said = run("backup", tmp_path / "another")
    assert not sound
    assert f"missing: {Blob.objects.earliest('pk').key}" in said


@pytest.mark.parametrize("options", [(), ("--only-new",), ("--prune",)])
def test_an_original_that_was_lost_since_the_last_backup_is_named(backup, originals, options):
    key, data = Blob.objects.earliest("pk").key, originals[0].read_bytes()
    originals[0].unlink()
    for _ in range(2):  # until it is put right
        sound, said = run("backup", backup, *options)
        assert not sound
        assert f"missing: {key} in the storage; the backup has it" in said
    assert (backup / "objects" / key).read_bytes() == data
    originals[0].write_bytes(data)
    assert run("backup", backup, *options)[0]


def test_an_original_that_was_spoiled_since_the_last_backup_is_named(backup, originals):
    key, data = Blob.objects.earliest("pk").key, originals[0].read_bytes()
    originals[0].write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    sound, said = run("backup", backup)
    assert not sound
    assert f"damaged: {key} in the storage; the backup has it" in said
    assert (backup / "objects" / key).read_bytes() == data
    assert run("backup", backup, "--only-new")[0], "that one reads nothing again"


def test_a_bad_copy_is_replaced_once_the_storage_is_sound_again(originals, tmp_path):
    data = originals[0].read_bytes()
    originals[0].write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    assert not run("backup", tmp_path / "backup")[0]
    originals[0].write_bytes(data)
    assert run("backup", tmp_path / "backup")[0]
    assert (tmp_path / "backup" / "objects" / Blob.objects.earliest("pk").key).read_bytes() == data


@pytest.mark.parametrize("name", ["put_new", "digest"])
def test_a_storage_that_is_silent_for_a_moment_is_waited_for(store, backup, monkeypatch, name):
    shutil.rmtree(store)
    waits = silent_for(3, name, monkeypatch)
    assert run("restore", backup, "--over")[0]
    assert waits == [1, 2, 4]


def test_a_storage_that_stays_silent_stops_the_command(store, backup, monkeypatch):
    shutil.rmtree(store)
    waits = silent_for(10**6, "put_new", monkeypatch)
    good, said = run("restore", backup, "--over")
    assert not good
    assert "run it again with --over" in said
    assert waits == [1, 2, 4, 8]


def test_a_backup_waits_too(originals, tmp_path, monkeypatch):
    waits = silent_for(2, "open", monkeypatch)
    assert run("backup", tmp_path / "backup")[0]
    assert waits == [1, 2]


def silent_for(calls: int, name: str, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The store's first calls of this name fail; the seconds that are waited because of it."""
    waits: list[float] = []
    kind = type(layout.store())
    genuine, failures = getattr(kind, name), iter(range(calls))

    def sometimes(*args: Any, **kwargs: Any) -> Any:
        if next(failures, None) is not None:
            raise Unavailable("silent")
        return genuine(*args, **kwargs)

    monkeypatch.setattr(kind, name, sometimes)
    monkeypatch.setattr(retry.time, "sleep", waits.append)
    return waits


def test_what_was_purged_goes_from_the_backup_when_asked(store, backup):
    media = Media.objects.select_related("blob").earliest("pk")
    Media.objects.filter(pk=media.pk).update(deleted_at=media.created_at - timedelta(days=60))
    Blob.objects.filter(pk=media.blob_id).update(created_at=media.created_at - timedelta(days=60))
    call_command("purge_media", "--yes", stdout=StringIO())
    assert run("backup", backup)[0]
    assert (backup / "objects" / media.blob.key).exists()
    assert run("backup", backup, "--prune")[0]
    assert files_below(backup / "objects") == files_below(store)


def test_a_purge_and_a_backup_exclude_each_other(originals, tmp_path):
    with no_other():
        sound, said = run("backup", tmp_path / "backup")
        assert not sound
        assert "is running" in said
        with pytest.raises(CommandError, match="is running"):
            call_command("purge_media", "--yes", stdout=StringIO())
    assert run("backup", tmp_path / "backup")[0]
