"""`manage.py storage_report`: the numbers of a small world, added up by hand."""

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from PIL import Image

from accounts.models import User
from media.models import Blob, Media, Rendition
from operations.storage import plot
from tests.support import factories


def report(*args: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("storage_report", "--json", *args, stdout=out)
    return dict(json.loads(out.getvalue()))


def shared(media: Media, owner: User, **fields: Any) -> Media:
    """Another media of the same bytes, without renditions."""
    other = factories.media(owner, **fields)
    own = other.blob
    other.renditions.all().delete()
    other.blob = media.blob
    other.save()
    own.delete()
    return other


@pytest.fixture
def world(alice: User, bob: User) -> None:
    """Alice: a shown photo, its double (deleted), a video never attached. Bob: the same photo, a released one."""
    first = factories.media(alice, references=1)
    shared(first, alice, deleted_at=timezone.now())
    shared(first, bob, references=1)
    video = factories.media(alice, kind="video")
    video.renditions.all().delete()
    factories.media(bob, released_at=timezone.now() - timedelta(days=1))
    factories.media(alice, state=Media.State.RECEIVING).renditions.all().delete()
    Blob.objects.filter(media_set__state=Media.State.RECEIVING).update(state=Blob.State.RECEIVING)
    Rendition.objects.filter(name="w320.webp").update(size=30)
    Rendition.objects.filter(name="w1080.webp", media=first).update(size=150_000)
    Rendition.objects.filter(name="w1080.webp").exclude(media=first).update(size=50_000)


def numbers(tally: dict[str, Any]) -> list[int]:
    return [tally[name] for name in NUMBERS]


NUMBERS = ["originals", "original_bytes", "stored_bytes", "saved_bytes", "renditions", "rendition_bytes"]


@pytest.mark.usefixtures("world")
def test_kinds_add_up_to_the_whole():
    found = report()
    assert numbers(found["total"]) == [5, 5000, 3000, 2000, 4, 200_060]
    assert {one["name"]: numbers(one) for one in found["kinds"]} == {
        "photo": [4, 4000, 2000, 2000, 4, 200_060],
        "video": [1, 1000, 1000, 0, 0, 0],
    }


@pytest.mark.usefixtures("world")
def test_people_bear_an_even_part_of_what_they_share():
    found = report()["users"]
    assert [(one["name"], numbers(one)) for one in found] == [
        ("alice", [3, 3000, 1667, 1333, 2, 150_030]),
        ("bob", [2, 2000, 1333, 667, 2, 50_030]),
    ]
    assert [one["name"] for one in report("--users", "1")["users"]] == ["alice"]


@pytest.mark.usefixtures("world")
def test_what_is_served_is_the_widest_a_phone_loads():
    factories.media(User.objects.get(username="bob"), state=Media.State.PROCESSING)
    wide = Media.objects.get(renditions__size=150_000)
    Rendition.objects.create(
        media=wide, name="w2048.webp", content_type="image/webp", width=2048, height=9, size=900_000
    )
    Rendition.objects.create(
        media=wide, name="w1080.jpg", content_type="image/jpeg", width=1080, height=9, size=800_000
    )
    found = report()
    assert found["served_per_photo"] == {
        "photos": 2,
        "mean": 100_000,
        "median": 50_000,
        "p95": 150_000,
        "estimate": 200_000,
    }
    assert found["histogram"] == [{"from": 40_000, "photos": 1}, {"from": 140_000, "photos": 1}]


@pytest.mark.usefixtures("world")
def test_what_nothing_shows_is_found():
    """A double that was deleted does not orphan bytes that others show."""
    Blob.objects.create(key="originals/left", sha256="0" * 64, size=500, content_type="image/jpeg", state="stored")
    found = report()
    assert found["stored_bytes"] == 3000 + 200_060 + 500
    assert found["orphaned"] == {
        "released": 1000,
        "never_attached": 1000,
        "renditions": 50_030,
        "unowned": 500,
        "share": round(52_530 / 203_560, 4),
    }


@pytest.mark.django_db
def test_an_empty_store_is_reported():
    out = io.StringIO()
    call_command("storage_report", stdout=out)
    assert "no photos yet" in out.getvalue()
    assert report()["total"]["originals"] == 0


@pytest.mark.usefixtures("world")
def test_people_read_it_in_units():
    out = io.StringIO()
    call_command("storage_report", stdout=out)
    assert "served per photo: 100 kB on average" in out.getvalue()
    assert "50% of the estimate of 200 kB; 2 photos" in out.getvalue()


@pytest.mark.parametrize("size", [0, 999, 1000, 99_950, 1_500_000, 730 * 10**12, 10**16])
def test_sizes_are_short(size):
    assert len(plot.readable(size)) <= 8


@pytest.mark.usefixtures("world")
def test_the_plot_is_a_picture(tmp_path):
    report("--plot", str(tmp_path / "storage.png"))
    with Image.open(tmp_path / "storage.png") as image:
        assert image.format == "PNG"
        assert image.width > 1000
        assert len(image.convert("RGB").getcolors(image.width * image.height) or []) > 10


@pytest.mark.django_db
def test_without_matplotlib_it_says_so(tmp_path, monkeypatch):
    def absent(name: str) -> Any:
        raise ImportError(name)

    monkeypatch.setattr(plot.importlib, "import_module", absent)
    with pytest.raises(CommandError, match="pip install matplotlib"):
        call_command("storage_report", "--plot", str(tmp_path / "storage.png"), stdout=io.StringIO())
    assert not (tmp_path / "storage.png").exists()
