"""Videos for tests: tiny, filmed from painted pictures by ffmpeg, and spoiled in known ways."""

import functools
import io
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image

from media.processing import ffmpeg
from media.tests.support.photographs import painted

H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
HEVC = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none", "-tag:v", "hvc1")
VP9 = ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-pix_fmt", "yuv420p")
ENCRYPTION = ("-encryption_scheme", "cenc-aes-ctr", "-encryption_key", "ab" * 16, "-encryption_kid", "cd" * 16)
SOUND = ("-f", "lavfi", "-i", "sine=f=440:r=48000")


def _run(*arguments: str) -> None:
    subprocess.run([ffmpeg.program(), "-v", "error", "-y", *arguments], check=True, timeout=60)


@functools.cache
def film(
    *options: str,
    ending: str = "mp4",
    size: tuple[int, int] = (160, 90),
    seconds: float = 1.2,
    rate: int = 10,
    sound: bool = False,
    turn: int = 0,
) -> bytes:
    """A painted picture, filmed; `turn` is the display matrix, in degrees, that a phone held so writes."""
    with tempfile.TemporaryDirectory() as folder:
        picture, plain, turned = (str(Path(folder, name)) for name in ("p.png", f"a.{ending}", f"b.{ending}"))
        painted(*size).save(picture)
        inputs = ["-loop", "1", "-r", str(rate), "-t", str(seconds), "-i", picture, *(SOUND if sound else ())]
        _run(*inputs, "-t", str(seconds), *(options or H264), plain)
        if turn:
            _run("-display_rotation:v:0", str(turn), "-i", plain, "-c", "copy", turned)
        return Path(turned if turn else plain).read_bytes()


def filmed(*arguments: str, ending: str = "mp4") -> bytes:
    """What ffmpeg makes by these arguments."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, f"film.{ending}")
        _run(*arguments, str(target))
        return target.read_bytes()


def told(data: bytes) -> str:
    """What ffmpeg says is in these bytes."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        done = subprocess.run([ffmpeg.program(), "-hide_banner", "-i", file.name], capture_output=True, timeout=60)
    return done.stderr.decode(errors="replace")


def frames(data: bytes, *, rate: int = 0) -> list[Image.Image]:
    """Its frames, decoded; or so many a second."""
    chosen = ["-vf", f"fps={rate}"] if rate else ["-fps_mode", "passthrough"]
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder, "film")
        film.write_bytes(data)
        _run("-i", str(film), *chosen, str(Path(folder, "%05d.png")))
        return [Image.open(io.BytesIO(path.read_bytes())) for path in sorted(Path(folder).glob("*.png"))]


def box(data: bytes, name: bytes) -> int:
    """Where a box of an MP4 begins."""
    return data.index(name) - 4


def moving_gif(count: int = 4, size: tuple[int, int] = (60, 40), **options: Any) -> bytes:
    file = io.BytesIO()
    colours = [(10 * n, 40, 200 - 10 * n) for n in range(count - 1)]
    others = [Image.new("RGB", size, colour) for colour in colours]
    painted(*size).save(file, "GIF", save_all=True, append_images=others, duration=200, **options)
    return file.getvalue()


def _element(name: str, *parts: bytes) -> bytes:
    """An element of a WebM, by its id in hexadecimal digits, of at most 126 bytes."""
    body = b"".join(parts)
    return bytes.fromhex(name) + bytes([0x80 | len(body)]) + body


def encrypted_webm() -> bytes:
    """The header of a film that only whoever has its key can see."""
    size = _element("e0", _element("b0", b"\xa0"), _element("ba", b"\x5a"))
    scheme = _element("6d80", _element("6240", _element("5035", _element("47e1", b"\x05"))))
    track = _element("ae", _element("83", b"\x01"), _element("86", b"V_VP9"), size, scheme)
    return _element("1a45dfa3", _element("4282", b"webm")) + _element("18538067", _element("1654ae6b", track))
