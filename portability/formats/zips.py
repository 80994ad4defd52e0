"""Reading a ZIP that a stranger made: within bounds, and without writing anything to a disk by its names."""

import json
import struct
import zlib
from typing import IO, Any
from zipfile import BadZipFile, ZipFile

MAX_DIRECTORY_BYTES = 32 * 1024**2  # some 300,000 files; `ZipFile` holds the whole directory in memory
MAX_DOCUMENT_BYTES = 32 * 1024**2
_END = struct.Struct("<4s4H2LH")
_END_MARK, _END_REACH = b"PK\x05\x06", 65_557
UNREADABLE = (BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, struct.error, zlib.error)


class NotAnArchive(Exception):
    """The file is no ZIP, or none that is taken; the text says why."""


def open_zip(file: IO[bytes]) -> ZipFile:
    """The archive, its directory being small enough. Raises `NotAnArchive`."""
    if _directory_bytes(file) > MAX_DIRECTORY_BYTES:
        raise NotAnArchive("It names too many files")
    try:
        return ZipFile(file)
    except UNREADABLE as error:
        raise NotAnArchive("It is no ZIP") from error


def _directory_bytes(file: IO[bytes]) -> int:
    """The length of the directory as the end of the file gives it; with ZIP64 that is the most which 32 bits say."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _END_REACH))
    tail = file.read()
    place = tail.rfind(_END_MARK)
    if place < 0 or len(tail) - place < _END.size:
        raise NotAnArchive("It is no ZIP")
    length, offset = _END.unpack_from(tail, place)[5:7]
    if length == 0xFFFFFFFF or offset == 0xFFFFFFFF:
        return _directory_bytes_64(file, tail, place)
    return int(length)


def _directory_bytes_64(file: IO[bytes], tail: bytes, place: int) -> int:
    at = tail.rfind(b"PK\x06\x06", 0, place)
    if at < 0 or place - at < 56:
        raise NotAnArchive("It is no ZIP")
    return int(struct.unpack_from("<Q", tail, at + 40)[0])


def document(archive: ZipFile, name: str) -> Any:
    """A JSON document; None if it is not there. Raises `NotAnArchive` for one that is too large or no JSON."""
    try:
        info = archive.getinfo(name)
    except KeyError:
        return None
    try:
        with archive.open(info) as stream:
            data = stream.read(MAX_DOCUMENT_BYTES + 1)
    except UNREADABLE as error:
        raise NotAnArchive(f"{name} cannot be read") from error
    if len(data) > MAX_DOCUMENT_BYTES:
        raise NotAnArchive(f"{name} is too large")
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise NotAnArchive(f"{name} is no JSON") from error


def copy_entry(archive: ZipFile, name: str, target: IO[bytes], max_bytes: int) -> bool:
    """Copies one file of the archive; False if it is damaged, encrypted or longer than `max_bytes`."""
    left = max_bytes
    try:
        with archive.open(name) as stream:
            while chunk := stream.read(min(left + 1, 256 * 1024)):
                left -= len(chunk)
                if left < 0:
                    return False
                target.write(chunk)
    except UNREADABLE:
        return False
    target.seek(0)
    return True
