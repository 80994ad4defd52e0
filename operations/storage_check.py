"""Trying the storage the very way uploads and downloads go, one step after the other, for `doctor`."""

import io
import secrets
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from media.actions.marking import ensure_marked
from media.stores import layout
from media.stores.interface import Digest, Exists, Forbidden, Store, Unavailable, digest_of
from media.stores.s3 import S3Store

SECONDS = 60
CODES = {
    "InvalidAccessKeyId": "the store does not know this S3_ACCESS_KEY_ID",
    # OpenStack Swift says so of a key that it does not know, too.
    "SignatureDoesNotMatch": "S3_SECRET_ACCESS_KEY does not belong to this S3_ACCESS_KEY_ID",
    "NoSuchBucket": "there is no bucket of this name (S3_BUCKET)",
    "RequestTimeTooSkewed": "this clock and the store's differ: run NTP",
}


class StepFailed(Exception):
    """One of the steps went wrong; the text says which, and why."""


@dataclass
class StorageTrial:
    """What is tried with one small object, and what was noticed that is no fault."""

    store: Store = field(default_factory=layout.store)
    key: str = field(default_factory=lambda: f"{layout.DOCTOR}{secrets.token_hex(8)}")
    data: bytes = field(default_factory=lambda: secrets.token_bytes(64))
    notes: list[str] = field(default_factory=list)

    def run(self) -> list[str]:
        """The notes. Raises StepFailed at the first step that fails."""
        ensure_marked()
        steps: list[tuple[str, str, Callable[[], None]]] = [
            ("conditional put", "s3:PutObject", self.put_new),
            ("reading back", "s3:GetObject", self.read_back),
            ("copy", "s3:GetObject and s3:PutObject", self.copy),
        ]
        if isinstance(self.store, S3Store):
            steps += [
                ("presigned put", "s3:PutObject", self.presigned_put),
                ("presigned get", "s3:GetObject", self.presigned_get),
            ]
        for name, right, step in steps:
            self._try(name, right, step)
        self._try_optional("list", "check_media, backup and rebuild_media need that", self.list)
        self._try_optional("delete", "purge_media needs that, with credentials of its own", self.delete)
        return self.notes

    def _try(self, name: str, right: str, step: Callable[[], None]) -> None:
        try:
            step()
        except Unavailable as error:
            raise StepFailed(f"{name}: {_reason(error, right)}") from error
        except OSError as error:
            raise StepFailed(f"{name}: {error}") from error

    def _try_optional(self, name: str, who_needs_it: str, step: Callable[[], None]) -> None:
        try:
            self._try(name, "", step)
        except StepFailed as error:
            if not isinstance(error.__cause__, Forbidden):
                raise
            self.notes.append(f"may not {name} ({who_needs_it})")

    @property
    def digest(self) -> Digest:
        return digest_of(io.BytesIO(self.data))

    # -- Steps -----------------------------------------------------------------------------------------
    def put_new(self) -> None:
        self.store.put_new(self.key, io.BytesIO(self.data), self.digest, "application/octet-stream")
        try:
            self.store.put_new(self.key, io.BytesIO(self.data), self.digest, "application/octet-stream")
        except Exists:
            return
        raise StepFailed("conditional put: the store overwrites what is there (it ignores If-None-Match)")

    def read_back(self) -> None:
        self._expect(self.key)

    def copy(self) -> None:
        self.store.copy(self.key, f"{self.key}-copy")
        self._expect(f"{self.key}-copy")

    def presigned_put(self) -> None:
        upload = layout.public_store().presign_upload(f"{self.key}-sent", self.digest, SECONDS)
        _send(upload.url, "PUT", self.data, {**upload.headers, "Content-Type": "application/octet-stream"})
        self._expect(f"{self.key}-sent")

    def presigned_get(self) -> None:
        store = layout.public_store()
        if isinstance(store, S3Store):
            for method in ("GET", "HEAD"):
                found = _send(store.address(self.key, SECONDS, "image/webp", "private", method=method), method)
                if found != (self.data if method == "GET" else b""):
                    raise StepFailed("presigned get: other bytes than were stored")

    def list(self) -> None:
        if self.key not in self.store.keys(self.key):
            raise StepFailed("list: what was stored is not listed")

    def delete(self) -> None:
        for ending in ("", "-copy", "-sent"):
            self.store.delete(f"{self.key}{ending}")

    def _expect(self, key: str) -> None:
        found = self.store.digest(key)
        if found != self.digest:
            what = "nothing" if found is None else "other bytes"
            raise StepFailed(f"{key}: the storage has {what} instead of what it was given")


def _reason(error: Unavailable, right: str) -> str:
    if isinstance(error, Forbidden):
        return f"the credentials are good and lack a right ({right})"
    cause = error.__cause__
    code = cause.response["Error"].get("Code", "") if isinstance(cause, ClientError) else ""
    return CODES.get(code, str(error.detail))


def _send(url: str, method: str, data: bytes | None = None, headers: dict[str, Any] | None = None) -> bytes:
    """The body of the answer. Raises OSError for an answer that is none of 2xx."""
    request = urllib.request.Request(url, data, headers or {}, method=method)  # noqa: S310 - an address of our own
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - as above
            return bytes(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            text = error.read().decode(errors="replace")
        raise OSError(f"{error.code} {text[:300]}") from None
