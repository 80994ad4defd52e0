"""Whether a GIF moves: a bounded walk over its blocks, without decoding one."""

from typing import IO

_MOST_BLOCKS = 200_000


def _skip_table(file: IO[bytes], flags: int) -> None:
    if flags & 0x80:
        file.seek(3 << (flags & 7) + 1, 1)


def _skip_data(file: IO[bytes], budget: int) -> int:
    """Goes over a chain of sub-blocks; says how many more may be looked at."""
    while budget > 0:
        size = file.read(1)
        if not size or not size[0]:
            break
        file.seek(size[0], 1)
        budget -= 1
    return budget


def moves(file: IO[bytes]) -> bool:
    """Whether there is a second frame. A broken GIF does not move: a decoder says what is wrong with it."""
    file.seek(10)
    head = file.read(3).ljust(3, b"\0")
    _skip_table(file, head[0])
    frames, budget = 0, _MOST_BLOCKS
    while budget > 0:
        kind = file.read(1)
        if kind == b"!":
            file.seek(1, 1)
        elif kind == b",":
            frames += 1
            if frames == 2:
                return True
            _skip_table(file, file.read(9).ljust(9, b"\0")[8])
            file.seek(1, 1)
        else:
            return False
        budget = _skip_data(file, budget - 1)
    return False
