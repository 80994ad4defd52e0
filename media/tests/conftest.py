"""Every test of media has a store of its own."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from media.tests.photographs import photo, send
from tests.outbox import drain


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """The folder that this test's media go to."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def developed(as_: Callable[..., APIClient], alice: User) -> Callable[..., dict[str, Any]]:
    """`developed(data)`: what alice sees of a photo she sent, once a worker is done with it."""

    def make(data: bytes | None = None, **fields: Any) -> dict[str, Any]:
        sent = send(as_(alice), data or photo(), **fields)
        assert sent.status_code == 202, sent.content
        drain()
        return dict(as_(alice).get(f"/v1/media/{sent.json()['id']}").json())

    return make
