"""Sounds of codecs that no program here encodes: files of frames whose bits are drawn by chance, always the same ones.

What their decoders make of these is noise, but it is heard, as a real recording would be.
"""

import random
import struct
import subprocess
import tempfile
from pathlib import Path
from uuid import UUID

from media.processing import ffmpeg

_EVRC, _QCELP = UUID("e689d48d-9076-46b5-91ef-736a5100ceb4"), UUID("5e7f6d41-b115-11d0-ba91-00805fb4b97e")
_FULL_RATE = 4
_QDM2 = struct.Struct(">I4s4sI4s7III")


def _drawn(length: int, seed: int) -> bytes:
    return random.Random(seed).randbytes(length)


def _chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack(">q", len(data)) + data


def _caf(codec: bytes, data: bytes, rate: int, frame_bytes: int, frame_samples: int, setup: bytes = b"") -> bytes:
    """A Core Audio file of one channel."""
    about = struct.pack(">d4s5I", rate, codec, 0, frame_bytes, frame_samples, 1, 16)
    return b"caff\0\1\0\0" + _chunk(b"desc", about) + _chunk(b"kuki", setup) + _chunk(b"data", bytes(4) + data)


def ilbc(frame_bytes: int, milliseconds: int) -> bytes:
    frames = b"".join(_drawn(frame_bytes - 1, seed) + b"\0" for seed in range(1200 // milliseconds))
    return _caf(b"ilbc", frames, 8000, frame_bytes, 8 * milliseconds)


def qdm2() -> bytes:
    """Super blocks of 4096 samples: a type without a checksum, a length, and what it holds."""
    setup = _QDM2.pack(12, b"frma", b"QDM2", 36, b"QDCA", 1, 1, 44100, 64000, 4096, 256, 512, 8, 0)
    return _caf(b"QDM2", (bytes([7, 250]) + _drawn(510, 7)) * 13, 44100, 512, 4096, setup)


def _qcp(codec: UUID, name: bytes, frames: list[bytes]) -> bytes:
    """A file of PureVoice: 20 ms a frame, all at the full rate."""
    sizes = struct.pack("<5HI", 9600, len(frames[0]) + 1, 160, 8000, 16, 1) + bytes([len(frames[0]), _FULL_RATE])
    about = b"\1\0" + codec.bytes_le + struct.pack("<H", 2) + name.ljust(80, b"\0") + sizes + bytes(34)
    data = b"".join(bytes([_FULL_RATE]) + frame for frame in frames)
    body = b"QLCMfmt " + struct.pack("<I", len(about)) + about + b"vrat" + struct.pack("<III", 8, 1, len(frames))
    body += b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


def evrc() -> bytes:
    return _qcp(_EVRC, b"EVRC", [_drawn(22, 28)] * 60)


def qcelp() -> bytes:
    return _qcp(_QCELP, b"Qcelp 13K", [_drawn(33, seed) + b"\0" for seed in range(60)])


def with_sound_of(data: bytes, demuxer: str) -> bytes:
    """A MOV of 1.2 s with this sound as it is."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "sound"), Path(folder, "film.mov")
        source.write_bytes(data)
        inputs = ["-f", "lavfi", "-i", "testsrc=d=1.2:s=160x90:r=10", "-f", demuxer, "-i", str(source)]
        coding = ["-map", "0", "-map", "1", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"]
        command = [ffmpeg.program(), "-v", "error", *inputs, *coding, "-c:a", "copy", str(target)]
        subprocess.run(command, check=True, timeout=60)
        return target.read_bytes()
