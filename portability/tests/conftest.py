"""Exports are made in a store of the test's own, a folder or a bucket, as media are."""

from pathlib import Path

import pytest

from media.stores import layout
from media.stores.local import LocalStore
from media.tests.conftest import bucket, folder, objects, outage

__all__ = ["bucket", "folder", "objects", "outage"]


@pytest.fixture(autouse=True)
def _marked_folder(folder: Path) -> None:
    """The media of the factories have no files, so that a folder without its mark would seem to be lost."""
    store = layout.store()
    if isinstance(store, LocalStore):
        folder.mkdir(exist_ok=True)
        store.mark()
