"""A folder of media whose volume is not mounted takes nothing: the next mount would hide what is written there."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.checks import Tags, run_checks
from rest_framework.test import APIClient

from accounts.models import User
from media.actions.checking import check_blob
from media.models import Blob
from media.stores import layout
from media.stores.layout import Unavailable
from media.stores.marker import MARKER
from media.tests.support.photographs import photo, send
from tests.support.outbox import drain

pytestmark = [pytest.mark.django_db, pytest.mark.storage("local")]
As = Callable[..., APIClient]


@pytest.fixture
def unmounted(folder: Path, client_for: As, alice: User) -> Path:
    """The volume, aside; in its place stands an empty folder."""
    assert send(client_for(alice), photo("PNG", 40)).status_code == 202
    drain()
    folder.rename(folder.with_name("volume"))
    folder.mkdir()
    return folder


def remounted(folder: Path) -> None:
    folder.rmdir()
    folder.with_name("volume").rename(folder)


def test_the_first_upload_marks_the_folder(folder, client_for, alice):
    assert not folder.exists()
    assert send(client_for(alice), photo()).status_code == 202
    assert (folder / MARKER).is_file()


def test_a_folder_that_was_used_before_there_were_marks_is_known_by_its_originals(folder, client_for, alice):
    assert send(client_for(alice), photo()).status_code == 202
    (folder / MARKER).unlink()
    assert send(client_for(alice), photo("PNG", 41)).status_code == 202
    assert (folder / MARKER).is_file()


def test_an_upload_into_an_unmounted_folder_is_not_acknowledged(unmounted, client_for, alice):
    answer = send(client_for(alice), photo("PNG", 41))
    assert answer.status_code == 503
    assert answer.json()["code"] == "storage_unavailable"
    assert answer["Retry-After"]
    assert list(unmounted.iterdir()) == []
    announced = client_for(alice).post("/v1/media/uploads", {"size": 100, "sha256": "a" * 64})
    assert announced.status_code == 503
    remounted(unmounted)
    assert send(client_for(alice), photo("PNG", 41)).status_code == 202


def test_an_upload_during_which_it_is_unmounted_is_not_acknowledged(folder, objects, client_for, alice, monkeypatch):
    assert send(client_for(alice), photo("PNG", 40)).status_code == 202
    before = dict(objects)
    write = "media.stores.local.LocalStore._write"

    def vanish(store: object, handle: int, file: object) -> None:
        (folder / MARKER).unlink()

    with monkeypatch.context() as patch:
        patch.setattr(write, vanish)  # the moment between opening the file and syncing it
        assert send(client_for(alice), photo("PNG", 41)).status_code == 503
    assert dict(objects) == before


def test_files_are_unavailable_rather_than_absent(unmounted, client_for, alice):
    """A 404 would be kept by caches and clients as the truth."""
    [media] = client_for(alice).get("/v1/media").json()["results"]
    addresses = [*(one["url"] for one in media["renditions"]), f"/v1/media/{media['id']}/original"]
    assert len(addresses) > 1
    for address in addresses:
        answer = client_for(alice).get(address)
        assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable")
        assert answer["Retry-After"] == "5"
    remounted(unmounted)
    for address in addresses:
        answer = client_for(alice).get(address)
        assert answer.status_code == 200
        assert b"".join(answer.streaming_content)


def test_nothing_is_called_lost_while_it_is_unmounted(unmounted):
    [blob] = Blob.objects.all()
    with pytest.raises(Unavailable):
        check_blob(blob)
    blob.refresh_from_db()
    assert blob.checked_at is None
    remounted(unmounted)
    assert check_blob(blob) is None


def test_nothing_else_is_written_or_removed_there(unmounted):
    store = layout.store()
    with pytest.raises(Unavailable):
        store.put("renditions/aa/a/w320.webp", b"?", "image/webp")
    with pytest.raises(Unavailable):
        store.delete("originals/aa/a")
    assert list(unmounted.iterdir()) == []


def test_a_start_is_refused_and_readyz_says_it(unmounted, client_for):
    [error] = run_checks(tags=[Tags.database], databases=["default"])
    assert error.id == "media.E001"
    assert client_for(None).get("/readyz").json()["media"] == "not mounted"
    remounted(unmounted)
    assert run_checks(tags=[Tags.database], databases=["default"]) == []
    assert client_for(None).get("/readyz").json()["media"] == "ok"
