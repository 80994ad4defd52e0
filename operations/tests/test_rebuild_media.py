"""`manage.py rebuild_media`: the database has lost media that the storage has; their rows come back."""

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from media.models import Blob, Media
from media.tests.support.photographs import photo, send
from tests.support import factories
from tests.support.outbox import drain

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.storage("local")]
As = Callable[..., APIClient]
Photos = dict[str, bytes]


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def photos(client_for: As, alice: User) -> Photos:
    """Three photos of alice's by their ids, two of them of the same bytes; the database has lost them all."""
    sent = {}
    for data in (photo("PNG", 50), photo("PNG", 51), photo("PNG", 51)):
        sent[send(client_for(alice), data, alt_text="A gradient").json()["id"]] = data
    drain()
    Media.objects.all().delete()
    Blob.objects.all().delete()
    return sent


def rebuild(*options: str) -> tuple[bool, str]:
    out = StringIO()
    try:
        call_command("rebuild_media", *options, stdout=out)
    except CommandError as error:
        return False, f"{out.getvalue()}{error}"
    return True, out.getvalue()


def test_rows_and_renditions_come_back(photos, client_for, alice):
    sound, said = rebuild()
    assert sound, said
    assert "3 media rebuilt" in said
    drain()
    for media_id, data in photos.items():
        shown = client_for(alice).get(f"/v1/media/{media_id}").json()
        assert (shown["state"], shown["alt_text"]) == ("ready", "A gradient")
        assert client_for(alice).get(f"/v1/media/{media_id}/original").getvalue() == data
    assert Blob.objects.count() == 2, "identical bytes once"


def test_a_second_run_changes_nothing(photos):
    rebuild()
    drain()
    before = list(Media.objects.order_by("pk").values())
    assert rebuild() == (True, "0 media rebuilt\n")
    assert list(Media.objects.order_by("pk").values()) == before


def test_nothing_of_an_account_that_was_deleted_comes_back(photos, alice):
    now = timezone.now()
    User.objects.get_queryset().filter(pk=alice.pk).update(deleted_at=now, purged_at=now)
    sound, said = rebuild("--make-owners")
    assert sound, said
    assert said.count("purged: ") == 3
    assert not Media.objects.exists()


def test_it_goes_on_where_it_was_cut(photos, monkeypatch):
    genuine, calls = Blob.save, iter(range(1))

    def save_once(blob: Blob, *args: Any, **kwargs: Any) -> None:
        if next(calls, None) is None:
            raise KeyboardInterrupt
        genuine(blob, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(Blob, "save", save_once)  # a signal between two rows
        with pytest.raises(KeyboardInterrupt):
            rebuild()
    assert 0 < Media.objects.count() < 3
    assert rebuild()[0]
    assert Media.objects.count() == 3


def test_an_upload_that_the_database_knows_as_begun_is_finished(photos, client_for, alice):
    rebuild()
    Media.objects.update(state=Media.State.RECEIVING)
    Blob.objects.update(state=Blob.State.RECEIVING)
    assert rebuild()[0]
    drain()
    assert set(Media.objects.values_list("state", flat=True)) == {"ready"}


def test_nobody_gets_anothers_photo(photos, alice):
    """After an old dump is restored, numbers of people who registered since are given out again."""
    number = alice.pk
    alice.delete()
    sound, said = rebuild()
    assert not sound
    assert said.count("no_owner: ") == 3
    newcomer = factories.person("newcomer", id=number)
    sound, said = rebuild("--make-owners")
    assert not sound
    assert said.count("other_owner: ") == 3
    assert not Media.objects.filter(owner=newcomer).exists()


def test_lost_owners_can_be_made(photos, alice, client_for):
    number = alice.pk
    alice.delete()
    assert rebuild("--make-owners")[0]
    drain()
    owner = User.objects.get(pk=number)
    assert owner.is_private
    assert not owner.has_usable_password()
    assert Media.objects.filter(owner=owner, state=Media.State.READY).count() == 3
    assert client_for(owner).get("/v1/media").status_code == 200


@pytest.mark.parametrize(("spoil", "result"), [(b"rotten", "damaged"), (None, "missing")])
def test_an_original_that_is_not_sound_gets_no_row(photos, store, spoil, result):
    [first, *_] = sorted(path for path in (store / "originals").rglob("*") if path.is_file() and path.suffix != ".json")
    first.unlink() if spoil is None else first.write_bytes(spoil)
    sound, said = rebuild()
    assert not sound
    assert f"{result}: {first.relative_to(store).as_posix()}" in said
    assert 0 < Media.objects.count() < 3, "the others come back"


@pytest.mark.parametrize("text", ["", "{", "[]", json.dumps({"media": "1"}), json.dumps({"kind": "hologram"})])
def test_a_note_that_cannot_be_read_is_named(photos, store, text):
    [first, *_] = sorted((store / "originals").rglob("*.json"))
    first.write_text(text)
    sound, said = rebuild()
    assert not sound
    assert f"unreadable: {first.relative_to(store).as_posix()}" in said
    assert Media.objects.count() == 2


def test_what_is_being_purged_is_not_revived(photos):
    rebuild()
    Media.objects.all().delete()
    Blob.objects.update(state=Blob.State.PURGING)
    assert rebuild() == (True, "0 media rebuilt\n")
