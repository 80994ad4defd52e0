"""Kill -9 at every named step, in a process of its own: what was acknowledged is there, the rest can be sent again."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import connection

from accounts.models import User
from events.models import Event
from media import actions
from media.actions import direct_uploads
from media.failpoints import DIRECT, PROCESSING, UPLOAD
from media.models import Blob, Media
from media.processing.sandbox import ROOT
from media.stores.layout import store
from media.tests.support.photographs import photo
from tests.support import factories

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
STARTED = """
import django, sys; django.setup()
from pathlib import Path
from django.conf import settings
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
settings.MEDIA_ROOT = Path(sys.argv[2])
from media import actions
from accounts.models import User
"""
UPLOADING = (
    STARTED
    + """
with open(sys.argv[3], "rb") as file:
    media = actions.upload(owner=User.objects.get(), file=file, idempotency_key="k1")
print("acknowledged", media.pk)
"""
)
COMPLETING = (
    STARTED
    + """
from media.actions import direct_uploads
from media.models import DirectUpload
media = direct_uploads.complete(upload=DirectUpload.objects.get(pk=sys.argv[3]))
print("acknowledged", media.pk)
"""
)
WORKING = (
    STARTED
    + """
actions.process(media_id=int(sys.argv[3]))
print("acknowledged")
"""
)


def killed_at(step: str, code: str, folder: Path, argument: str) -> str:
    """Runs `code` until `step`, where it is killed; says what it had acknowledged."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "pystagram.settings", "PYSTAGRAM_FAILPOINT": f"{step}:kill"}
    done = subprocess.run(
        [sys.executable, "-c", code, connection.settings_dict["NAME"], str(folder), argument],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == -9, done.stderr
    return done.stdout


@pytest.fixture
def author(transactional_db: None) -> User:
    return factories.person("alice")


@pytest.mark.parametrize("step", UPLOAD)
def test_upload(step, author, folder, tmp_path):
    sent = tmp_path / "photo.jpg"
    sent.write_bytes(photo())
    assert killed_at(step, UPLOADING, folder, str(sent)) == ""
    for media in Media.objects.exclude(state=Media.State.RECEIVING):  # whatever is called received is there
        with store().open(media.blob.key) as original:
            assert original.read() == photo()
    Media.objects.update(lease_until=None)
    with sent.open("rb") as file:
        media = actions.upload(owner=author, file=file, idempotency_key="k1")

    with store().open(media.blob.key) as original:
        assert original.read() == photo()
    assert Media.objects.count() == Blob.objects.count() == 1
    assert Event.objects.filter(name="media_received").count() == 1


@pytest.mark.parametrize("step", [*DIRECT, "upload.original_written", "upload.committed"])
def test_completing(step, author, folder, objects):
    upload = direct_uploads.begin(owner=author, size=len(photo()))
    objects[upload.key] = photo()
    assert killed_at(step, COMPLETING, folder, str(upload.pk)) == ""
    Media.objects.update(lease_until=None)
    media = direct_uploads.complete(upload=upload)
    with store().open(media.blob.key) as original:
        assert original.read() == photo()
    assert Media.objects.exclude(state=Media.State.RECEIVING).count() == 1


@pytest.mark.parametrize("step", PROCESSING)
def test_processing(step, author, folder, objects, tmp_path):
    sent = tmp_path / "photo.jpg"
    sent.write_bytes(photo())
    with sent.open("rb") as file:
        media = actions.upload(owner=author, file=file)
    assert killed_at(step, WORKING, folder, str(media.pk)) == ""
    with store().open(media.blob.key) as original:
        assert original.read() == photo()
    actions.process(media_id=media.pk)

    media.refresh_from_db()
    assert media.state == Media.State.READY
    assert media.renditions.count() == 2
    assert Event.objects.filter(name="media_ready").count() == 1
    for rendition in media.renditions.all():
        key = f"renditions/{media.prefix[:2]}/{media.prefix}/{rendition.name}"
        assert len(objects[key]) == rendition.size


def test_failpoints_are_off_in_production():
    code = "import pystagram.settings as s; print(repr(s.FAILPOINT))"
    environment: dict[str, Any] = {
        **os.environ, "PYSTAGRAM_ENV": "production", "PYSTAGRAM_SECRET_KEY": "x" * 60,
        "PYSTAGRAM_FAILPOINT": "upload.hashed:kill",
    }  # fmt: skip
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.stdout == "''\n", done.stderr
    assert configured.FAILPOINT == ""
