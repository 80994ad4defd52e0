"""Every test of media has a store of its own: a folder, or (with `--storage=s3`) an empty bucket."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from rest_framework.test import APIClient

from accounts.models import User
from media.tests.support.objects import BucketObjects, FolderObjects, Objects
from media.tests.support.photographs import photo, send
from tests.support.outbox import drain
from tests.support.s3_option import SERVER

Outage = Callable[[], AbstractContextManager[None]]


@pytest.fixture(autouse=True)
def _limit_of_pillow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Decoding sets a limit for its whole process, which is a child's, but here that of the tests after it."""
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", Image.MAX_IMAGE_PIXELS)


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """The folder that this test's media go to."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture(scope="session")
def bucket(pytestconfig: pytest.Config) -> BucketObjects | None:
    """The bucket that media go to; None with a folder."""
    server = pytestconfig.stash.get(SERVER, None)
    return BucketObjects(server.client(), server.bucket, server.gate) if server else None


@pytest.fixture(autouse=True)
def objects(bucket: BucketObjects | None, folder: Path) -> Iterator[Objects]:
    """What the store holds; at first nothing."""
    if bucket is None:
        yield FolderObjects(folder)
        return
    bucket.clear()
    bucket.gate.calm()
    yield bucket
    bucket.gate.calm()


@pytest.fixture
def outage(bucket: BucketObjects | None, folder: Path) -> Outage:
    """`with outage():` the store fails at everything."""
    return bucket.gate.outage if bucket is not None else lambda: _file_instead_of(folder)


@contextmanager
def _file_instead_of(folder: Path) -> Iterator[None]:
    """Nothing can be read or made in the folder (permissions do not stop root)."""
    aside = folder.with_name("aside")
    folder.mkdir(exist_ok=True)
    folder.rename(aside)
    folder.write_text("")
    try:
        yield
    finally:
        folder.unlink()
        aside.rename(folder)


@pytest.fixture
def developed(client_for: Callable[..., APIClient], alice: User) -> Callable[..., dict[str, Any]]:
    """`developed(data)`: what alice sees of a photo she sent, once a worker is done with it."""

    def make(data: bytes | None = None, **fields: Any) -> dict[str, Any]:
        sent = send(client_for(alice), data or photo(), **fields)
        assert sent.status_code == 202, sent.content
        drain()
        return dict(client_for(alice).get(f"/v1/media/{sent.json()['id']}").json())

    return make
