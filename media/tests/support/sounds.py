"""Videos with sounds of known pitch, and what is heard of them."""

import array
import functools
import itertools
import math
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from media.processing import ffmpeg

RATE = 48000
NEVER_READ = b"xxx "  # a codec that nobody knows


@functools.cache
def with_sounds(*codecs: str, ending: str = "mov", seconds: float = 1.2, heard: float | None = None) -> bytes:
    """A film with a tone for each codec: 400 Hz for the first, 800 for the second, and so on.

    A codec may be followed by options: "pcm_s16le -ac 1". The tones last for `heard` seconds.
    """
    command = [ffmpeg.program(), "-v", "error", "-y", "-f", "lavfi", "-i", f"testsrc=d={seconds}:s=160x90:r=10"]
    mapped = ["-map", "0", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-strict", "-2"]
    for number, codec in enumerate(codecs):
        name, *options = codec.split()
        tone = f"sine=f={400 * (number + 1)}:r={RATE}:d={heard or seconds},volume=6dB"
        command += ["-f", "lavfi", "-i", tone]
        mapped += ["-map", str(number + 1), f"-c:a:{number}", name]
        mapped += [f"{option}:a:{number}" if option.startswith("-") else option for option in options]
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, f"film.{ending}")
        subprocess.run([*command, *mapped, str(target)], check=True, timeout=60)
        return target.read_bytes()


def unreadable(data: bytes, tag: bytes = b"mp4a") -> bytes:
    """The same with the first sound of this tag in a codec that nobody knows, as spatial sound is to most."""
    at = data.index(tag)
    start, esds = data[:at] + NEVER_READ + data[at + 4 :], data.find(b"esds", at, at + 200)
    return start if esds < 0 else start[:esds] + b"free" + start[esds + 4 :]


def samples(data: bytes) -> Sequence[int]:
    """What is heard, as one channel of 16 bits; empty without sound."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        command = [ffmpeg.program(), "-v", "error", "-i", file.name, "-map", "0:a?", "-ac", "1", "-ar", str(RATE)]
        done = subprocess.run([*command, "-f", "s16le", "-"], capture_output=True, timeout=60, check=False)
    return array.array("h", done.stdout[: len(done.stdout) // 2 * 2])


def loudness(heard: Sequence[int]) -> float:
    """Root of the mean square, of full scale."""
    return math.sqrt(sum(value * value for value in heard) / len(heard)) / 32768 if heard else 0.0


def pitch(heard: Sequence[int]) -> float:
    """Hz of a tone, by its crossings of zero in the middle third."""
    part = heard[len(heard) // 3 : 2 * len(heard) // 3]
    crossings = sum(1 for before, after in itertools.pairwise(part) if before < 0 <= after)
    return crossings * RATE / len(part)
