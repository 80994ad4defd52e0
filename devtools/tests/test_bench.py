"""`manage.py bench`: that it measures what it says, on a photo smaller than a phone's."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from PIL import Image

from devtools.bench import photos, places, plot
from devtools.bench.photos import OTHER, OURS, RENDITIONS, Cost


def costs(ours: list[Cost], other: list[Cost]) -> photos.Costs:
    return {(name, library): found for name in RENDITIONS for library, found in ((OURS, ours), (OTHER, other))}


def test_the_photo_has_twelve_megapixels_and_is_always_the_same(monkeypatch):
    assert photos.SIZE == (4032, 3024)
    monkeypatch.setattr(photos, "SIZE", (504, 378))
    data = photos.collage()
    assert data == photos.collage()
    with Image.open(io.BytesIO(data)) as image:
        assert (image.format, image.size) == ("JPEG", (504, 378))


def test_it_measures_every_rendition_in_a_process_of_its_own(monkeypatch):
    """All renditions together hold the bytes of each one made alone, whichever libraries there are."""
    monkeypatch.setattr(photos, "SIZE", (2100, 1575))
    monkeypatch.setattr(photos, "RENDITIONS", ("w320.webp", "w1080.jpg", "blurhash", "all"))
    monkeypatch.setattr(photos, "libraries", lambda: [OURS])
    found: list[photos.Costs] = []
    monkeypatch.setattr(photos, "ratios", lambda costs: pytest.fail("there is nothing to compare with"))
    monkeypatch.setattr(plot, "plot", lambda costs, path: found.append(costs))
    out = io.StringIO()
    call_command("bench", "media", "--repeat", "1", "--plot", "x.png", stdout=out)

    measured = {name: one[0] for (name, _), one in found[0].items()}
    assert all(one.cpu > 0 and one.wall > 0 and one.memory > 10 for one in measured.values())
    assert measured["blurhash"].size == 28
    assert 0 < measured["w320.webp"].size < measured["w1080.jpg"].size < measured["all"].size
    assert measured["blurhash"].cpu < measured["all"].cpu
    assert "pyvips is not installed (requirements-bench.txt)" in out.getvalue()
    assert "| w320.webp | ours |" in out.getvalue()
    assert "| all, of HEIC | ours |" in out.getvalue()


def test_libraries_take_turns(monkeypatch):
    monkeypatch.setattr(photos, "libraries", lambda: [OURS, OTHER])
    monkeypatch.setattr(photos, "RENDITIONS", ("all",))
    monkeypatch.setattr(photos, "measure", lambda library, rendition, photo: Cost(1, 1, 1, 1))
    asked = [library for _, library, _ in photos.rounds(Path("x"), 2)]
    assert asked == [OURS, OTHER, OTHER, OURS]


def test_the_tables_show_medians_and_ratios():
    found = costs(
        [Cost(100, 200, 50, 10_000), Cost(1, 1, 50, 10_000), Cost(900, 900, 50, 10_000)], [Cost(50, 300, 50, 5000)]
    )
    assert photos.table(found)[2] == "| w320.webp | ours | 100 | 200 | 50 | 10.0 |"
    assert photos.ratios(found)[-1] == "| all | 1.00 | 0.50 | 1.50 | 1.00 | 0.50 | 10.0 |"
    assert photos.spread(found) == pytest.approx(8.99)


def test_it_is_drawn(tmp_path, monkeypatch):
    monkeypatch.setattr(photos, "run", lambda *args: costs([Cost(100, 200, 50, 10_000)], [Cost(50, 300, 50, 5000)]))
    monkeypatch.setattr(photos, "collage", lambda: b"")
    monkeypatch.setattr(photos, "run_formats", lambda *args: {})
    monkeypatch.setattr(plot, "libraries", lambda: [OURS, OTHER])
    call_command("bench", "media", "--plot", str(tmp_path / "bench.png"), stdout=io.StringIO())
    with Image.open(tmp_path / "bench.png") as image:
        assert (image.format, image.width > 1000) == ("PNG", True)


def test_it_wants_to_know_what():
    with pytest.raises(CommandError):
        call_command("bench")


@pytest.mark.django_db(transaction=True)
def test_every_index_finds_the_same_points_near(monkeypatch):
    """What is compared is the same answer: each query on its own index, on a few points around one town."""
    where = [(10 + step / 500, 20 + step / 700) for step in range(200)]
    with connection.cursor() as cursor:
        cursor.execute(places.SETUP)
        places.fill(cursor, where)
        answers = {}
        for name, (index, query) in places.CANDIDATES.items():
            cursor.execute("DROP INDEX IF EXISTS measured")
            cursor.execute(index or "SELECT 1")
            cursor.execute(query, places.circle(10.2, 20.14, 10_000))
            answers[name] = [row[0] for row in cursor.fetchall()]
    connection.close()  # and with it the tables
    assert len(answers[places.OURS]) == 20
    assert all(answer == answers[places.OURS] for answer in answers.values()), answers


@pytest.mark.django_db(transaction=True)
def test_the_indexes_for_places_are_measured():
    out = io.StringIO()
    call_command("bench", "places", "--rows", "300", "--circles", "2", stdout=out)
    rows = [line for line in out.getvalue().splitlines() if line.startswith("| ")]
    assert [row.split(" | ")[0].strip("| ") for row in rows[1:]] == list(places.CANDIDATES)
    assert set(rows[-1].split(" | ")[2:]) == {"1.00", "1.00 |"}
