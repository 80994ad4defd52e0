"""An outage is never blamed on the file: `failed` is what a decoder said, or what broke it twice (guarantee 13)."""

import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

import pytest
from django.utils import timezone
from PIL import Image
from rest_framework.test import APIClient

from accounts.models import User
from events.decorators import MAX_ATTEMPTS
from events.models import Delivery
from media.actions import queueing
from media.models import Blob, Media
from media.processing import ffmpeg, photo_process, sandbox
from media.processing.sandbox import Crashed, Interrupted, TookTooLong
from media.stores import layout
from media.tests.support.films import film
from media.tests.support.originals import original_of
from media.tests.support.photographs import encoded, photo, send
from tests.support.outbox import drain

As = Callable[..., APIClient]


@pytest.fixture
def client(client_for: As, alice: User) -> APIClient:
    return client_for(alice)


@pytest.fixture
def sent(client: APIClient) -> str:
    """The address of a photo that no worker has seen."""
    return str(send(client, photo())["Location"])


def work_again() -> None:
    """What the workers do when the pause is over."""
    Media.objects.update(retry_at=None)
    Delivery.objects.filter(done_at=None).update(lease_until=timezone.now())
    drain()


def state_of(client: APIClient, address: str) -> str:
    media = client.get(address).json()
    return str(media.get("error", {}).get("code", media["state"]))


def kill_decoders() -> None:
    """As the kernel does when memory is short."""
    for task in Path("/proc/self/task").iterdir():
        for child in (task / "children").read_text().split():
            command = Path(f"/proc/{child}/cmdline").read_bytes()
            if b"photo_process" in command or b"ffmpeg" in command:
                os.kill(int(child), signal.SIGKILL)


def disk_full(*_: Any, **__: Any) -> IO[bytes]:
    """A temporary file on a disk without room: each write to it answers ENOSPC."""
    return open("/dev/full", "r+b", buffering=0)


@pytest.mark.parametrize(("kind", "data"), [("photo", photo), ("video", film)])
def test_a_killed_decoder_is_no_verdict(kind, data, client, monkeypatch):
    address = send(client, data())["Location"]
    monkeypatch.setattr(sandbox, "TICK_SECONDS", 0.0)  # or it would be done before the first tick
    monkeypatch.setattr(ffmpeg, "TICK_SECONDS", 0.0)
    assert queueing.work(kind=kind, until=timezone.now(), still_here=kill_decoders) == 1
    assert state_of(client, address) == "processing"
    monkeypatch.undo()
    work_again()
    assert state_of(client, address) == "ready"


@pytest.mark.parametrize("module", [layout, photo_process])
def test_a_full_disk_is_no_verdict(module, client, sent, monkeypatch):
    """Whether the original finds no room, or what is made of it."""
    monkeypatch.setattr(module.tempfile, "TemporaryFile", disk_full)  # mounting a small disk needs root
    drain()
    assert (state_of(client, sent), Media.objects.get().crashes) == ("processing", 0)
    monkeypatch.undo()
    work_again()
    assert state_of(client, sent) == "ready"


def test_a_disk_full_while_a_video_is_written_is_no_verdict():
    arguments = ["-nostdin", "-y", "-i", ffmpeg.INPUT, "-f", "matroska", ffmpeg.OUTPUT]
    with tempfile.TemporaryFile() as source, disk_full() as target:
        source.write(film())
        with pytest.raises(Interrupted):
            ffmpeg.run(arguments, source, target, cpu_seconds=20)


def test_a_full_disk_costs_no_try(client, sent, monkeypatch):
    monkeypatch.setattr(layout.tempfile, "TemporaryFile", disk_full)  # as above
    for _ in range(MAX_ATTEMPTS + 1):
        work_again()
    assert (state_of(client, sent), Media.objects.get().tries) == ("processing", 0)


@pytest.fixture
def memory_short():
    """A machine that cannot give what a decoder may have, and can give it again after a call: as this process sees it,
    for no test can take a machine's memory away."""
    limits = resource.getrlimit(resource.RLIMIT_AS)
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + sandbox.MEMORY_BYTES // 2, limits[1]))
    yield lambda: resource.setrlimit(resource.RLIMIT_AS, limits)
    resource.setrlimit(resource.RLIMIT_AS, limits)


def moving_and_cut() -> bytes:
    """A picture that moves, and is damaged."""
    pictures = [Image.effect_noise((64, 64), 50 + number).convert("RGB") for number in range(4)]
    data = encoded(pictures[0], "WEBP", save_all=True, append_images=pictures[1:], duration=100)
    return data[: len(data) * 2 // 3]


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("photo", lambda: photo()[:-400]),
        ("video", moving_and_cut),
        ("video", lambda: film().replace(b"avcC", b"junk")),
    ],
    ids=["photo", "frames", "video"],
)
def test_a_refusal_without_memory_is_no_verdict(kind, data, client, memory_short):
    """Where memory ends, decoders say of whole files that they are damaged."""
    address = send(client, data())["Location"]
    assert queueing.work(kind=kind, until=timezone.now()) == 1
    assert (state_of(client, address), Media.objects.get().tries) == ("processing", 1)
    memory_short()
    work_again()
    assert state_of(client, address) == "damaged_file"


def test_a_crash_without_memory_is_no_verdict(client, sent, monkeypatch, memory_short):
    """C++ ends its process where it finds no memory: `std::bad_alloc`."""
    monkeypatch.setattr(photo_process, "__name__", "media.tests.support.crashing")  # no decoder of today breaks
    assert queueing.work(kind="photo", until=timezone.now()) == 1
    assert (state_of(client, sent), Media.objects.get().crashes) == ("processing", 0)


def test_a_busy_host_is_no_verdict(client, sent, monkeypatch):
    monkeypatch.setattr(sandbox, "WALL_SECONDS", 0.01)
    drain()
    assert state_of(client, sent) == "processing"
    monkeypatch.undo()
    work_again()
    assert state_of(client, sent) == "ready"


def test_tries_are_spaced_and_bounded(client, sent, monkeypatch):
    monkeypatch.setattr(sandbox, "WALL_SECONDS", 0.0)
    drain()
    assert Media.objects.get().retry_at > timezone.now() + timedelta(seconds=1)
    drain()
    assert Media.objects.get().tries == 1, "not before its pause is over"
    for _ in range(MAX_ATTEMPTS):
        work_again()
    assert state_of(client, sent) == "gave_up"
    assert original_of(client, sent) == photo()


def test_one_that_takes_its_worker_along_is_given_up(client, sent):
    """Nobody lives to count those tries: the worker was killed with its decoder."""
    Media.objects.update(tries=MAX_ATTEMPTS)
    drain()
    assert state_of(client, sent) == "gave_up"


def test_a_decoder_that_breaks_twice_is_believed(client, sent, monkeypatch):
    monkeypatch.setattr(photo_process, "__name__", "media.tests.support.crashing")  # no decoder of today breaks
    drain()
    assert state_of(client, sent) == "processing"
    work_again()
    assert state_of(client, sent) == "decoder_crashed"


def test_a_decoder_that_broke_once_is_not(client, sent, monkeypatch):
    monkeypatch.setattr(photo_process, "__name__", "media.tests.support.crashing")  # as above
    drain()
    monkeypatch.undo()
    work_again()
    assert state_of(client, sent) == "ready"


def test_an_original_that_heals_is_shown(client, sent, objects):
    key = Blob.objects.get().key
    objects[key] = photo("JPEG", 90, 90)
    drain()
    assert state_of(client, sent) == "processing"
    objects[key] = photo()
    work_again()
    assert state_of(client, sent) == "ready"


def test_an_original_that_stays_damaged_is_said_to_be(client, sent, objects):
    objects[Blob.objects.get().key] = photo("JPEG", 90, 90)
    Media.objects.update(tries=MAX_ATTEMPTS - 1)
    drain()
    assert state_of(client, sent) == "original_damaged"


@pytest.mark.parametrize(
    ("status", "used_seconds", "verdict"),
    [
        (-signal.SIGKILL, 1.0, Interrupted),
        (-signal.SIGTERM, 1.0, Interrupted),
        (os.EX_TEMPFAIL, 1.0, Interrupted),
        (-signal.SIGKILL, 30.0, TookTooLong),
        (255, 30.0, TookTooLong),
        (-signal.SIGXCPU, 29.0, TookTooLong),
        (-signal.SIGSEGV, 1.0, Crashed),
        (-signal.SIGABRT, 1.0, Crashed),
        (-signal.SIGSYS, 1.0, Crashed),
        (os.EX_SOFTWARE, 1.0, Crashed),
    ],
)
def test_what_an_exit_status_stands_for(status, used_seconds, verdict):
    with tempfile.TemporaryFile() as target, pytest.raises(verdict):
        sandbox.judge(status, used_seconds, 30, target)


def test_no_word_of_a_program_counts_without_room(monkeypatch):
    monkeypatch.setattr(sandbox, "MIN_FREE_BYTES", 1 << 62)  # no disk has as much
    with tempfile.TemporaryFile() as target, pytest.raises(Interrupted):
        sandbox.judge(1, 1.0, 30, target)


def test_a_decoders_session_comes_after_others():
    """Where Linux divides the processor among sessions, its nice value alone changes nothing."""
    group = "Path('/proc/self/autogroup')"
    shown = f"print(os.nice(0), {group}.read_text().split()[-1] if {group}.exists() else '')"
    code = f"from media.processing.sandbox import *; yield_to_others(); {shown}"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=sandbox.ROOT,
        start_new_session=True,
        capture_output=True,
        text=True,
        check=True,
    )
    assert set(done.stdout.split()) == {str(sandbox.NICENESS)}


def test_a_decoder_goes_first_where_memory_is_short():
    code = "from media.processing.sandbox import *; yield_to_others(); print(open('/proc/self/oom_score_adj').read())"
    done = subprocess.run([sys.executable, "-c", code], cwd=sandbox.ROOT, capture_output=True, text=True, check=True)
    assert int(done.stdout) >= sandbox.OOM_SCORE
