"""`manage.py check_media` finds what rots, both ways, heals what it can, and deletes nothing."""

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from rest_framework.test import APIClient

from accounts.models import User
from media.models import Blob, Media
from media.tests.support.originals import original_of
from media.tests.support.photographs import photo, send

As = Callable[..., APIClient]


@pytest.fixture
def three(client_for: As, alice: User) -> list[Blob]:
    for width in (50, 51, 52):
        send(client_for(alice), photo("PNG", width))
    return list(Blob.objects.order_by("pk"))


def check(*arguments: str) -> tuple[bool, str]:
    """Whether all is sound, and what was said."""
    out = StringIO()
    try:
        call_command("check_media", *arguments, stdout=out)
    except CommandError as error:
        return False, f"{out.getvalue()}{error}"
    return True, out.getvalue()


def test_sound(three):
    assert check() == (True, "all sound\n")
    assert not Blob.objects.filter(checked_at=None).exists()


def test_one_flipped_byte(three, objects):
    data = bytearray(objects[three[1].key])
    data[-20] ^= 1
    objects[three[1].key] = bytes(data)
    sound, said = check()
    assert not sound
    assert f"damaged: {three[1].key}" in said
    assert said.count("\n") == 1
    assert objects[three[1].key] == data


def test_row_without_object(three, objects):
    del objects[three[0].key]
    sound, said = check()
    assert not sound
    assert f"missing: {three[0].key}" in said


def test_object_without_row(three, objects):
    orphan = f"originals/zz/{'z' * 40}"
    objects[orphan] = b"?"
    sound, said = check()
    assert not sound
    assert f"orphan: {orphan}" in said
    assert orphan in objects


def test_note_about_a_media_the_database_lost(three, objects):
    lost = Media.objects.order_by("pk").first()
    assert lost is not None
    note = f"{three[0].key}.{lost.pk}.json"
    lost.delete()
    sound, said = check()
    assert not sound
    assert f"lost_row: {note}" in said


def test_heals_from_the_second_store(three, objects, tmp_path, settings, client_for, alice):
    backend = "django.core.files.storage.FileSystemStorage"
    second = tmp_path / "second"
    settings.STORAGES = {**settings.STORAGES, "second": {"BACKEND": backend, "OPTIONS": {"location": str(second)}}}
    for blob in three:
        copy = second / blob.key
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(objects[blob.key])
    objects[three[0].key] = b"rotten"
    del objects[three[1].key]

    _, said = check()
    assert said.count("healed: ") == 2
    assert objects[three[0].key] == b"rotten"  # nothing is overwritten
    for media in Media.objects.select_related("blob"):
        original = original_of(client_for(alice), f"/v1/media/{media.pk}")
        assert len(original) == media.blob.size
        assert f"{media.blob.key}.{media.pk}.json" in objects, "the note goes with it"

    assert check() == (True, "all sound\n"), "what was broken is no orphan"
    call_command("purge_media", "--yes", stdout=StringIO())
    assert {key for key in objects if key.startswith(three[0].key)} == set(), "the next purge removes it and its notes"
    assert check() == (True, "all sound\n")


def test_goes_on_where_it_stopped(three):
    check("--limit", "2")
    assert Blob.objects.filter(checked_at=None).count() == 1
    first = set(Blob.objects.exclude(checked_at=None).values_list("pk", "checked_at"))
    check("--resume")
    assert not Blob.objects.filter(checked_at=None).exists()
    assert first <= set(Blob.objects.values_list("pk", "checked_at"))


def test_a_store_that_is_away_stops_it_clearly(three, outage):
    with outage():
        sound, said = check()
    assert not sound
    assert "--resume goes on" in said
