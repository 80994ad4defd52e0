"""A bucket that speaks S3 as the store, over the connection django-storages keeps."""

import base64
import contextlib
import hashlib
import mmap
from collections.abc import Iterator
from typing import IO, Any, cast

from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage

from media.stores import CHUNK, Digest, Exists, Missing, Unavailable


@contextlib.contextmanager
def _failing_clearly() -> Iterator[None]:
    """Whatever the store says (refused, silent, slow down, forbidden) becomes a 503."""
    try:
        yield
    except ClientError as error:
        if _status(error) == 404:
            raise Missing("A file is not where it should be") from None
        raise Unavailable(f"The store refuses: {error.response['Error'].get('Code')}") from error
    except BotoCoreError as error:
        raise Unavailable(f"The store does not answer: {type(error).__name__}") from error


def _status(error: ClientError) -> int:
    return int(error.response["ResponseMetadata"].get("HTTPStatusCode", 0))


def _digest_of_stream(body: IO[bytes]) -> Digest:
    sha256, size = hashlib.sha256(), 0
    while chunk := body.read(CHUNK):
        sha256.update(chunk)
        size += len(chunk)
    return Digest(size, sha256.hexdigest())


class S3Store:
    """Objects of one bucket. Time-outs and attempts are set in STORAGES: a dead store costs seconds, not minutes."""

    def __init__(self, storage: S3Storage) -> None:
        self.storage = storage
        self.client: Any = storage.connection.meta.client

    def _at(self, key: str) -> dict[str, str]:
        return {"Bucket": self.storage.bucket_name, "Key": self.storage._normalize_name(key)}

    def put_new(self, key: str, file: IO[bytes], digest: Digest, content_type: str) -> None:
        file.seek(0)
        checksum = base64.b64encode(bytes.fromhex(digest.sha256)).decode()
        try:
            with _failing_clearly():
                self.client.put_object(
                    **self._at(key),
                    Body=file,
                    ContentLength=digest.size,
                    ContentType=content_type,
                    ChecksumSHA256=checksum,
                    ChecksumAlgorithm="SHA256",
                    IfNoneMatch="*",
                )
        except Unavailable as error:
            if isinstance(error.__cause__, ClientError) and _status(error.__cause__) in {409, 412}:
                raise Exists(key) from None  # an attempt whose answer got lost, or somebody else
            raise

    def put(self, key: str, data: bytes | mmap.mmap, content_type: str) -> None:
        with _failing_clearly():
            self.client.put_object(**self._at(key), Body=data, ContentType=content_type, ChecksumAlgorithm="SHA256")

    def digest(self, key: str) -> Digest | None:
        try:
            with _failing_clearly():
                head = self.client.head_object(**self._at(key), ChecksumMode="ENABLED")
        except Missing:
            return None
        checksum = head.get("ChecksumSHA256")
        if not checksum or "-" in checksum:  # a store that keeps none, or one over parts
            return self.rehash(key)
        return Digest(head["ContentLength"], base64.b64decode(checksum).hex())

    def rehash(self, key: str) -> Digest | None:
        try:
            body = self.open(key)
        except Missing:
            return None
        with _failing_clearly(), contextlib.closing(body):
            return _digest_of_stream(body)

    def open(self, key: str) -> IO[bytes]:
        with _failing_clearly():
            return cast(IO[bytes], self.client.get_object(**self._at(key))["Body"])

    def copy(self, key: str, to: str) -> None:
        with _failing_clearly():
            self.client.copy_object(**self._at(to), CopySource=self._at(key))

    def delete(self, key: str) -> None:
        with _failing_clearly():
            self.client.delete_object(**self._at(key))

    def keys(self, prefix: str) -> Iterator[str]:
        pages = self.client.get_paginator("list_objects_v2")
        with _failing_clearly():
            for page in pages.paginate(Bucket=self.storage.bucket_name, Prefix=self._at(prefix)["Key"]):
                for item in page.get("Contents", ()):
                    yield str(item["Key"])

    def address(self, key: str, seconds: int) -> str:
        """A presigned address to read one object for so long."""
        return str(self.client.generate_presigned_url("get_object", Params=self._at(key), ExpiresIn=max(1, seconds)))
