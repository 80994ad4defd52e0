"""An S3 bucket as the store, over the connection that django-storages keeps."""

import base64
import contextlib
import hashlib
import io
import mmap
import time
from collections.abc import Iterator
from typing import IO, Any, cast

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError
from storages.backends.s3 import S3Storage
from urllib3.exceptions import HTTPError

from media.stores.interface import CHUNK, Digest, Exists, Forbidden, Missing, PresignedUpload, Unavailable, digest_of

# Reading the largest photo back takes 8 seconds at most, so that an upload gets its 503 in time when the store is slow.
READ_SECONDS = 4
FORBIDDEN = {"AccessDenied", "AllAccessDisabled"}  # a wrong key or secret has codes of its own
READABLE = "doctor/readable"
MIN_BYTES_PER_SECOND = 8 * 1024 * 1024


@contextlib.contextmanager
def _failing_clearly() -> Iterator[None]:
    """Turns errors of the store (refused, silent, slow down, forbidden) into `Unavailable`, a 503."""
    try:
        yield
    except ClientError as error:
        if _status(error) == 404 and error.response["Error"].get("Code") != "NoSuchBucket":
            raise Missing("A file is not where it should be") from None
        code = error.response["Error"].get("Code")
        kind = Forbidden if code in FORBIDDEN else Unavailable
        raise kind(f"The store refuses: {code}") from error
    except (BotoCoreError, ResponseParserError, HTTPError) as error:
        raise Unavailable(f"The store does not answer: {type(error).__name__}") from error


def _status(error: ClientError) -> int:
    return int(error.response["ResponseMetadata"].get("HTTPStatusCode", 0))


class Body(io.RawIOBase):
    """An object's bytes as they arrive. A store that breaks off or is too slow is `Unavailable`; how long
    the reader takes in between does not count."""

    def __init__(self, body: Any, length: int) -> None:
        self.body, self.bytes_left = body, length
        self.seconds_left = READ_SECONDS + length / MIN_BYTES_PER_SECOND

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if size < 0:
            return self.readall()
        began = time.monotonic()
        with _failing_clearly():
            # What has come by now: botocore's own read waits for all of `size`, however slow the store is.
            data: bytes = self.body._raw_stream.read1(size)
        self.seconds_left -= time.monotonic() - began
        if self.seconds_left < 0:
            raise Unavailable("The store is too slow")
        self.bytes_left -= len(data)
        if size and not data and self.bytes_left:
            raise Unavailable("The store broke off")
        return data

    def close(self) -> None:
        self.body.close()
        super().close()


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
                raise Exists(key) from None  # an earlier attempt whose answer got lost, or another client
            raise

    def put(self, key: str, data: bytes | mmap.mmap, content_type: str) -> None:
        with _failing_clearly():
            self.client.put_object(**self._at(key), Body=data, ContentType=content_type, ChecksumAlgorithm="SHA256")

    def digest(self, key: str) -> Digest | None:
        """Reads every byte: a store may return the checksum it was given without having checked it."""
        try:
            body = self.open(key)
        except Missing:
            return None
        with contextlib.closing(body):
            return _digest_of_stream(body)

    def open(self, key: str) -> IO[bytes]:
        try:
            return self._open(key)
        except Forbidden:
            if self._may_read():
                raise Missing("A file is not where it should be") from None
            raise

    def _may_read(self) -> bool:
        """Whether these credentials can read an object that is there. Without the right to list the bucket, what is
        absent is forbidden too, and only this tells the two apart."""
        data = io.BytesIO(b"readable")
        try:
            with contextlib.suppress(Exists):
                self.put_new(READABLE, data, digest_of(data), "text/plain")
            self._open(READABLE).close()
        except Unavailable:
            return False
        return True

    def _open(self, key: str) -> IO[bytes]:
        with _failing_clearly():
            answer = self.client.get_object(**self._at(key))
        return cast(IO[bytes], Body(answer["Body"], answer["ContentLength"]))

    def require(self, key: str) -> None:
        """Raises `Missing` if nothing is there, without reading it."""
        with _failing_clearly():
            self.client.head_object(**self._at(key))

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

    def probe(self) -> None:
        """Asks for an object that is not there."""
        with contextlib.suppress(Missing), contextlib.closing(self.open("doctor/absent")):
            return

    def presign_upload(self, key: str, digest: Digest, seconds: int) -> PresignedUpload:
        """Size and checksum are under the signature: a real S3 takes nothing else."""
        parameters: dict[str, Any] = {**self._at(key), "ContentLength": digest.size}
        headers = {"Content-Length": str(digest.size)}
        if digest.sha256:
            parameters["ChecksumSHA256"] = base64.b64encode(bytes.fromhex(digest.sha256)).decode()
            headers["x-amz-checksum-sha256"] = parameters["ChecksumSHA256"]
        return PresignedUpload(
            str(self.client.generate_presigned_url("put_object", parameters, ExpiresIn=seconds)), headers
        )

    def address(
        self,
        key: str,
        seconds: int,
        content_type: str,
        cache_control: str,
        *,
        disposition: str = "inline",
        method: str = "GET",
    ) -> str:
        """A presigned address to read one object for so long by this method, and how the store shall call it."""
        response_headers = {
            "ResponseContentType": content_type,
            "ResponseContentDisposition": disposition,
            "ResponseCacheControl": cache_control,
        }
        operation = "head_object" if method == "HEAD" else "get_object"
        parameters = {**self._at(key), **response_headers}
        return str(self.client.generate_presigned_url(operation, parameters, ExpiresIn=seconds))
