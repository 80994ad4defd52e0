"""Every file of the gauntlet ends as its table says; nothing of it gets through but its picture, and nothing it does
costs more than the limits allow."""

import io
import logging
import re
import stat
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from rest_framework.test import APIClient

from api.problems import CATALOGUE
from media.models import Blob, Media
from media.notices import NOTICES
from media.processing import ffmpeg, sandbox
from media.processing.photo_process import REASONS
from media.tests.support.films import frames, told
from media.tests.support.gauntlet import PHOTOS, VIDEOS
from media.tests.support.gauntlet_rows import Fails, Ready, Refused, Row
from media.tests.support.originals import original_of
from media.tests.support.photographs import CORNERS, downloaded, near
from media.tests.support.spoiling import CANARY
from pystagram.environment import ROOT
from tests.docs.test_docs import table_in
from tests.support.outbox import drain

logger = logging.getLogger(__name__)
As = Callable[..., APIClient]
TRACES = (CANARY, b"Exif\0", b"ICC_PROFILE", b"ICCP", b"<?xpacket", b"iTXt", b"tEXt")
MEASURING = """#!{python} -IS
import os, sys
child = os.fork()
if not child:
    os.execv({python!r}, [{python!r}, *sys.argv[1:]])
_, status, used = os.wait4(child, 0)
with open({report!r}, "a") as report:
    report.write(f"{{used.ru_maxrss * 1024}} {{used.ru_utime + used.ru_stime}}\\n")
code = os.waitstatus_to_exitcode(status)
os.kill(os.getpid(), -code) if code < 0 else sys.exit(code)
"""


class Used(NamedTuple):
    """What one confined process took: its largest memory in bytes, its seconds of CPU time."""

    memory: int
    cpu: float


@pytest.fixture
def used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[Used]]:
    """`used()`: what each confined process took until now. They are started through one that measures."""
    report, program = tmp_path / "report", tmp_path / "python"
    program.write_text(MEASURING.format(python=sys.executable, report=str(report)))
    program.chmod(stat.S_IRWXU)
    report.touch()
    monkeypatch.setattr(sys, "executable", str(program))

    def read() -> list[Used]:
        lines = [line.split() for line in report.read_text().splitlines()]
        return [Used(int(memory), float(cpu)) for memory, cpu in lines]

    return read


class Worker:
    """What this process takes from now on."""

    def __init__(self) -> None:
        Path("/proc/self/clear_refs").write_text("5")  # forget the largest memory until now
        self.memory, self.cpu = self._largest(), time.process_time()

    def _largest(self) -> int:
        return int(re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[0]) * 1024

    def used(self) -> Used:
        return Used(self._largest() - self.memory, time.process_time() - self.cpu)


def run(row: Row, client: APIClient, used: Callable[[], list[Used]]) -> None:
    """Sends the file and sees to its end."""
    data = row.make()
    file = SimpleUploadedFile("file", data, row.content_type)
    file._name = row.name  # as it came: the constructor would tidy it
    response = client.post("/v1/media", {"file": file}, format="multipart")
    if isinstance(row.ends, Refused):
        assert_refused(response, row.ends)
        assert used() == []
        return
    assert response.status_code == 202, response.content
    address = response["Location"]
    assert original_of(client, f"{address}") == data
    worker = Worker()
    drain()
    assert_bounded(worker.used(), used(), response.json()["kind"])
    media = client.get(address).json()
    assert original_of(client, f"{address}") == data
    if isinstance(row.ends, Fails):
        assert_failed(media, row.ends)
    else:
        assert used(), "nothing was measured"
        assert_ready(media, row.ends)


def assert_refused(response: Any, ends: Refused) -> None:
    assert (response.status_code, response.json()["code"]) == ends
    assert response["Content-Type"] == "application/problem+json"
    assert CATALOGUE[ends.code][0] == ends.status
    assert not Media.objects.exists()
    assert not Blob.objects.exists()


def assert_bounded(worker: Used, children: list[Used], kind: str) -> None:
    """The limits that the code states: of its children's memory and time, and of what they may hand back."""
    video = kind == "video"
    memory = ffmpeg.MEMORY_BYTES if video else sandbox.MEMORY_BYTES
    seconds = settings.VIDEO_CPU_SECONDS + 1 if video else sandbox.CPU_SECONDS + 1
    logger.info("worker %s, children %s", worker, children)
    assert all(one.memory <= memory and one.cpu <= seconds for one in children), children
    assert worker.memory <= sandbox.OUTPUT_BYTES
    assert worker.cpu <= sandbox.CPU_SECONDS


def assert_failed(media: dict[str, Any], ends: Fails) -> None:
    assert (media["state"], media.get("error", {}).get("code")) == ("failed", ends.code)
    assert media["error"]["detail"] == REASONS[ends.code]
    assert (media["url"], media["renditions"], media["poster"]) == (None, [], None)


def assert_ready(media: dict[str, Any], ends: Ready) -> None:
    assert (media["state"], media["kind"]) == ("ready", ends.kind), media
    assert (media["width"], media["height"]) == (ends.width, ends.height)
    assert media["blurhash"]
    pictures = media["renditions"] if ends.kind == "photo" else media["poster"]["renditions"]
    for rendition in pictures:
        assert_picture(rendition, ends)
    if ends.kind == "video":
        assert_film(media, ends)


def assert_picture(rendition: dict[str, Any], ends: Ready) -> None:
    """As large as it says, never larger than what was sent, upright, in its colours, and nothing but a picture."""
    body = downloaded(APIClient(), rendition["url"])
    image = Image.open(io.BytesIO(body))
    assert image.size == (rendition["width"], rendition["height"])
    assert_not_larger(rendition, ends)
    assert not {"exif", "icc_profile", "xmp", "comment"} & image.info.keys()
    assert [trace for trace in TRACES if trace in body] == []
    assert_painted(image, ends)


def assert_not_larger(rendition: dict[str, Any], ends: Ready) -> None:
    least = 2 if ends.kind == "video" else 1  # H.264 has no smaller pictures
    assert rendition["width"] <= max(ends.width, least)
    assert rendition["height"] <= max(ends.height, least)


def assert_film(media: dict[str, Any], ends: Ready) -> None:
    (film,) = media["renditions"]
    body = downloaded(APIClient(), film["url"])
    about, stills = told(body), frames(body)
    assert_not_larger(film, ends)
    assert [trace for trace in TRACES if trace in body] == []
    assert "Video: h264" in about
    assert "rotation" not in about
    assert ends.seconds is None or abs(media["duration"] - ends.seconds) < 0.35
    assert stills[0].size == (film["width"], film["height"])
    assert_painted(stills[0], ends)


def assert_painted(image: Image.Image, ends: Ready) -> None:
    if ends.off_by is None:
        return
    plain = image.convert("RGB").rotate(-ends.turn, expand=True)
    for corner, colour in CORNERS.items():
        across, down = ("right" in corner) * 2 + 1, ("bottom" in corner) * 2 + 1
        found = plain.getpixel((plain.width * across // 4, plain.height * down // 4))
        assert near(found, colour, ends.off_by), (corner, found, colour)


@pytest.mark.slow
@pytest.mark.parametrize("name", PHOTOS)
def test_photo(name, client_for, alice, used):
    run(PHOTOS[name], client_for(alice), used)


@pytest.mark.slow
@pytest.mark.parametrize("name", VIDEOS)
def test_video(name, client_for, alice, used):
    run(VIDEOS[name], client_for(alice), used)


def table(head: str, rows: list[str]) -> str:
    return "\n".join([head, "|---|---|", *rows])


@pytest.mark.parametrize(
    ("head", "rows"),
    [
        ("| A photo | How it ends |", [f"| {name} | {row.ends} |" for name, row in PHOTOS.items()]),
        ("| A video | How it ends |", [f"| {name} | {row.ends} |" for name, row in VIDEOS.items()]),
        ("| Code | Sentence |", [f"| `{code}` | {sentence} |" for code, sentence in REASONS.items()]),
        ("| Notice | Sentence |", [f"| `{code}` | {sentence} |" for code, sentence in NOTICES.items()]),
    ],
)
def test_the_tables_are_in_the_documents(head, rows):
    expected = table(head, rows)
    text = (ROOT / "docs/media-formats.md").read_text()
    assert table_in(text, head) == expected, f"docs/media-formats.md should hold:\n\n{expected}"


def test_there_are_many_and_of_each_end():
    ends = [row.ends for row in (*PHOTOS.values(), *VIDEOS.values())]
    assert len(ends) >= 60
    assert {type(end) for end in ends} == {Refused, Fails, Ready}
