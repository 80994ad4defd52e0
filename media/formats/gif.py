"""Whether a GIF moves, and whether it is whole: a bounded walk over its blocks, without decoding one."""

from collections.abc import Iterator
from typing import IO

from media.formats.errors import CorruptFile

_MAX_BLOCKS = 200_000


def _skip_table(file: IO[bytes], flags: int) -> None:
    if flags & 0x80:
        file.seek(3 << (flags & 7) + 1, 1)


def _skip_data(file: IO[bytes], budget: int) -> int | None:
    """Skips a chain of sub-blocks; returns how many more may be read, None where the file ends before the chain."""
    while budget > 0:
        size = file.read(1)
        if not size:
            return None
        if not size[0]:
            break
        file.seek(size[0], 1)
        budget -= 1
    return budget


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    """The kind of each block, when it is passed: `,` is a frame, `!` an extension; then whatever is neither; nothing
    after a block that is cut."""
    file.seek(10)
    head = file.read(3).ljust(3, b"\0")
    _skip_table(file, head[0])
    budget: int | None = _MAX_BLOCKS
    while budget:
        kind = file.read(1)
        if not kind:  # only the end marker is missing
            return
        if kind == b"!":
            file.seek(1, 1)
        elif kind == b",":
            _skip_table(file, file.read(9).ljust(9, b"\0")[8])
            file.seek(1, 1)
        else:
            yield kind
            return
        budget = _skip_data(file, budget - 1)
        yield kind
        if budget is None:
            yield b""


def moves(file: IO[bytes]) -> bool:
    """Whether there is a second frame. A broken GIF does not move: a decoder says what is wrong with it."""
    frames = (kind for kind in _blocks(file) if kind == b",")
    return next(frames, None) is not None and next(frames, None) is not None


def check_whole(file: IO[bytes]) -> None:
    """Raises `CorruptFile` for one that ends within a block: it was cut, and would come out shorter."""
    if b"" in _blocks(file):
        raise CorruptFile("The file ends too early")
