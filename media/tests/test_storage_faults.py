"""With the store failing, nothing is acknowledged, and a retry finds what the first try left."""

import errno
import os
from typing import Any

import pytest

from media.models import Blob, Media
from media.stores.interface import Digest
from media.stores.local import LocalStore
from media.tests.support.originals import original_of
from media.tests.support.photographs import photo, send


def assert_unavailable(response: Any) -> None:
    assert response.status_code == 503
    assert response.json()["code"] == "storage_unavailable"
    assert int(response["Retry-After"]) > 0


def test_upload_is_a_503_and_works_again_when_the_store_is_back(outage, client_for, alice):
    with outage():
        assert_unavailable(send(client_for(alice), photo(), key="k1"))
        assert client_for(alice).get("/v1/media").json()["results"] == []
    response = send(client_for(alice), photo(), key="k1")
    assert response.status_code == 202
    assert Media.objects.count() == 1


@pytest.mark.storage("local")
def test_full_disk_is_a_503_and_leaves_no_half_file(client_for, alice, objects, monkeypatch):
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:  # a full disk cannot be had without a file system of one's own
        patch.setattr(os, "fsync", full)
        assert_unavailable(send(client_for(alice), photo(), key="k1"))
    assert list(objects) == []
    assert send(client_for(alice), photo(), key="k1").status_code == 202


@pytest.mark.storage("local")
def test_a_store_that_keeps_other_bytes_is_not_believed(client_for, alice, monkeypatch):
    put_new = LocalStore.put_new

    def lying(store: LocalStore, key: str, file: Any, digest: Digest, content_type: str) -> None:
        put_new(store, key, file, digest, content_type)
        if not key.endswith(".json"):
            path = store.path(key)
            path.write_bytes(path.read_bytes()[:-1] + b"?")

    with monkeypatch.context() as patch:  # no disk lies on demand
        patch.setattr(LocalStore, "put_new", lying)
        assert_unavailable(send(client_for(alice), photo(), key="k1"))
    assert not Media.objects.exclude(state=Media.State.RECEIVING).exists()
    response = send(client_for(alice), photo(), key="k1")
    assert response.status_code == 202
    assert original_of(client_for(alice), f"/v1/media/{response.json()['id']}") == photo()


def test_original_that_the_store_lost_is_a_503_not_a_404(client_for, alice, objects):
    address = send(client_for(alice), photo())["Location"]
    del objects[Blob.objects.get().key]
    assert_unavailable(client_for(alice).get(f"{address}/original"))
