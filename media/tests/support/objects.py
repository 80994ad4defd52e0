"""What a store holds, as a dictionary: a test looks into it, and spoils it, behind the application's back."""

import os
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any

from media.stores.marker import MARKER
from tests.support import s3_gate


class Objects(MutableMapping[str, bytes]):
    """The bytes under each key."""

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def originals(self) -> list[str]:
        """The keys of all originals, without their sidecars."""
        return [key for key in self if key.startswith("originals/") and not key.endswith(".json")]

    def sidecars(self) -> list[str]:
        return [key for key in self if key.startswith("originals/") and key.endswith(".json")]

    def renditions(self) -> list[str]:
        return [key for key in self if key.startswith("renditions/")]

    def stamps(self) -> dict[str, Any]:
        """Something for each key that differs after the next write."""
        raise NotImplementedError


class FolderObjects(Objects):
    """The files below a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def __getitem__(self, key: str) -> bytes:
        try:
            return (self.root / key).read_bytes()
        except FileNotFoundError:
            raise KeyError(key) from None

    def __setitem__(self, key: str, data: bytes) -> None:
        (self.root / key).parent.mkdir(parents=True, exist_ok=True)
        (self.root / key).write_bytes(data)

    def __delitem__(self, key: str) -> None:
        (self.root / key).unlink()

    def __iter__(self) -> Iterator[str]:
        files = sorted(path for path in self.root.rglob("*") if path.is_file() and path.name != MARKER)
        return iter([path.relative_to(self.root).as_posix() for path in files])

    def stamps(self) -> dict[str, Any]:
        return {key: (self.root / key).stat().st_mtime_ns for key in self}


class BucketObjects(Objects):
    """The objects of a bucket."""

    def __init__(self, client: Any, bucket: str, gate: Any) -> None:
        self.client, self.bucket, self.gate = client, bucket, gate

    def __getitem__(self, key: str) -> bytes:
        try:
            return bytes(self.client.get_object(Bucket=self.bucket, Key=key)["Body"].read())
        except self.client.exceptions.NoSuchKey:
            raise KeyError(key) from None

    def __setitem__(self, key: str, data: bytes) -> None:
        self.client.put_object(Bucket=self.bucket, Key=key, Body=data)

    def __delitem__(self, key: str) -> None:
        self.client.delete_object(Bucket=self.bucket, Key=key)

    def __iter__(self) -> Iterator[str]:
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket)
        return iter([item["Key"] for page in pages for item in page.get("Contents", ())])

    def rot(self, key: str) -> None:
        """Changes the last byte under the checksum that the store keeps; in Swift, that is in its own file."""
        data = self[key]
        files = os.environ.get("S3_TEST_OBJECTS")
        if files is None:
            self.gate.fail(s3_gate.corrupt, "PUT", times=1)
            self[key] = data
        else:
            names = {path: os.getxattr(path, "user.swift.metadata") for path in Path(files).rglob("*.data")}
            same = [path for path, name in names.items() if key.encode() in name and path.read_bytes() == data]
            (path,) = same  # the other one is its sidecar
            path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))

    def clear(self) -> None:
        """Without reading them, as the inherited one does: they may be spoiled."""
        for key in self:
            del self[key]

    def stamps(self) -> dict[str, Any]:
        writes = [path for method, path in self.gate.seen if method == "PUT"]  # S3's own times are whole seconds
        return {key: writes.count(f"/{self.bucket}/{key}") for key in self}
