"""`manage.py corpus`: the project's own files, sent as anybody's are, end as they must, judged by another decoder."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from devtools.corpus import receiving, reference
from devtools.corpus.receiving import InProcess
from devtools.corpus.results import Result, Results, files_in, table
from devtools.tests.corpus_files import FILES, Wanted
from media.models import Media
from media.tests.support.films import frames
from media.tests.support.photographs import CORNERS, near, photo


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def written(folder: Path, files: dict[str, bytes]) -> Path:
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def run(folder: Path, out: Path) -> dict[str, Result]:
    call_command("corpus", str(folder), "--out", str(out), verbosity=0, stdout=io.StringIO())
    return {name: one for (name, _), one in Results(out).known.items()}


def assert_painted(image: Image.Image, off_by: int) -> None:
    plain = image.convert("RGB")
    for corner, wanted in CORNERS.items():
        across, down = ("right" in corner) * 2 + 1, ("bottom" in corner) * 2 + 1
        found = plain.getpixel((plain.width * across // 4, plain.height * down // 4))
        assert near(found, wanted, off_by), (corner, found, wanted)


def test_there_are_many():
    assert len(FILES) >= 120


@pytest.mark.slow
@pytest.mark.django_db
def test_every_file_ends_as_it_must(tmp_path, subtests):
    folder = written(tmp_path / "files", {name: wanted.make() for name, wanted in FILES.items()})
    found = run(folder, tmp_path / "out")
    assert found.keys() == FILES.keys()
    api = InProcess()
    rows = {media.blob.sha256: media for media in Media.objects.select_related("blob")}
    for name, wanted in FILES.items():
        with subtests.test(name):
            assert_ended(found[name], wanted)
            if wanted.state == "ready":
                assert_right(api.media(str(rows[found[name].digest].pk)), wanted, api)


def assert_ended(result: Result, wanted: Wanted) -> None:
    assert (result.state, result.code, result.notices) == (wanted.state, wanted.code, list(wanted.notices)), result
    assert wanted.size is None or (result.width, result.height) == wanted.size
    assert (result.state == "ready") == bool(result.thumbnail)


def assert_right(media: dict, wanted: Wanted, api: InProcess) -> None:
    """Its renditions, as ffmpeg decodes them: Pillow made the pictures, x264 the videos."""
    stills = frames(api.download(media["renditions"][0]["url"]))
    assert stills[0].size == (media["renditions"][0]["width"], media["renditions"][0]["height"])
    assert wanted.seconds is None or media["duration"] == pytest.approx(wanted.seconds, abs=0.3)
    if wanted.off_by is not None:
        assert_painted(stills[0], wanted.off_by)


@pytest.mark.django_db
class TestCommand:
    """What it writes, and that it goes on where it was."""

    def files(self, tmp_path: Path) -> Path:
        files = {"a.jpg": photo("JPEG", 300, 200), "b.png": photo("PNG")[:60], "c.txt": b"text", ".hidden": b""}
        return written(tmp_path / "files", files)

    def test_the_table_and_the_sheet(self, tmp_path):
        found = run(self.files(tmp_path), tmp_path / "out")
        assert {name: (one.format, one.state, one.code) for name, one in found.items()} == {
            "a.jpg": ("image/jpeg", "ready", ""),
            "b.png": ("image/png", "failed", "damaged_file"),
            "c.txt": ("?", "refused", "unsupported_format"),
        }
        assert found["a.jpg"].difference < 8
        text = (tmp_path / "out" / "table.md").read_text()
        assert "| a.jpg | image/jpeg | ready |" in text
        assert "300 × 200" in text
        with Image.open(tmp_path / "out" / "sheet-1.jpg") as sheet:
            red = sheet.convert("RGB").getpixel((20, 20))
        assert near(red, CORNERS["top_left"])

    def test_what_is_known_is_not_sent_again(self, tmp_path):
        folder = self.files(tmp_path)
        run(folder, tmp_path / "out")
        count = Media.objects.count()
        (folder / "d.webp").write_bytes(photo("WEBP"))
        found = run(folder, tmp_path / "out")
        assert (Media.objects.count(), found["d.webp"].state) == (count + 1, "ready")

    def test_a_line_that_was_cut_is_done_again(self, tmp_path):
        folder = self.files(tmp_path)
        run(folder, tmp_path / "out")
        journal = tmp_path / "out" / "results.jsonl"
        journal.write_text(journal.read_text()[:-9])
        assert len(run(folder, tmp_path / "out")) == 3

    def test_a_file_that_was_changed_is_sent_again(self, tmp_path):
        folder = self.files(tmp_path)
        run(folder, tmp_path / "out")
        (folder / "b.png").write_bytes(photo("PNG"))
        results = Results(tmp_path / "out")
        run(folder, tmp_path / "out")
        states = [one.state for (name, _), one in Results(tmp_path / "out").known.items() if name == "b.png"]
        assert sorted(states) == ["failed", "ready"]
        assert len(results.known) == 3

    def test_no_folder(self, tmp_path):
        with pytest.raises(CommandError, match="no folder"):
            call_command("corpus", str(tmp_path / "nothing"))


class Answers:
    """An API that is busy at first."""

    def __init__(self) -> None:
        self.states = ["processing", "processing", "ready"]
        self.waited = 0

    def media(self, media_id: str) -> dict:
        return {"id": media_id, "state": self.states.pop(0)}

    def wait(self) -> None:
        self.waited += 1


def test_it_waits_until_a_media_is_settled():
    api = Answers()
    assert receiving.settled(api, "7")["state"] == "ready"
    assert api.waited == 2


def test_it_waits_where_it_is_asked_to_and_stops_at_any_other_answer():
    class Limited(Answers):
        answers = [{"status": 429}, {"state": "ready"}]

        def media(self, media_id: str) -> dict:
            return self.answers.pop(0)

    assert receiving.settled(Limited(), "7")["state"] == "ready"
    Limited.answers = [{"status": 404}]
    with pytest.raises(RuntimeError):
        receiving.settled(Limited(), "7")


def test_pictures_of_another_shape_are_as_far_apart_as_can_be():
    wide, tall = Image.new("RGB", (40, 20)), Image.new("RGB", (20, 40))
    assert reference.difference(wide, tall) == 255
    assert reference.difference(wide, wide) == 0
    assert reference.difference(wide, Image.new("RGB", (80, 40), "white")) == 255


def test_the_reference_decodes_what_it_knows(tmp_path):
    (tmp_path / "a").write_bytes(photo("WEBP"))
    (tmp_path / "b").write_bytes(b"text")
    found = reference.decoded(tmp_path / "a")
    assert found is not None
    assert near(found.getpixel((20, 20)), CORNERS["top_left"])
    assert reference.decoded(tmp_path / "b") is None


def test_a_bar_in_a_name_does_not_break_the_table():
    text = table([Result("a|b", "", "?", "refused", "unsupported_format", 0.1, [])])
    assert "| a/b |" in text
    assert json.dumps(text)


def test_hidden_files_are_left_out(tmp_path):
    (tmp_path / ".git").mkdir()
    for name in ("b", ".a", ".git/c"):
        (tmp_path / name).write_bytes(b"")
    assert [path.name for path in files_in(tmp_path)] == ["b"]
