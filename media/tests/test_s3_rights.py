"""Everything but a purge works with credentials that may do no more than docs/operations.md says."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from media import actions
from media.models import DirectUpload, Media
from media.stores import layout
from media.tasks import tidy
from media.tests.support.objects import BucketObjects
from media.tests.support.photographs import path_of, photo, send
from media.tests.test_s3_addresses import status_at_store
from operations.diagnosis import CheckFailed, storage
from pystagram.environment import ROOT
from tests.support.outbox import drain
from tests.support.s3_gate import Policy

pytestmark = [pytest.mark.django_db, pytest.mark.storage("s3")]
MANUAL = (ROOT / "docs" / "operations.md").read_text()


def policy(name: str, bucket: str, statements: int = 9) -> Policy:
    """The policy that the manual prints under this name; only its first statements if asked."""
    text = re.findall(rf"<!-- {name} -->\n```json\n(.*?)```", MANUAL, re.DOTALL)[0].replace("BUCKET", bucket)
    return Policy(json.loads(text)["Statement"][:statements])


@pytest.fixture(params=[9, 1], ids=["deletes no originals", "deletes nothing"])
def online(request: pytest.FixtureRequest, objects: BucketObjects) -> Iterator[BucketObjects]:
    """The rights of API and workers; a second client of the test looks around with all."""
    with objects.gate.only(policy("online", objects.bucket, request.param)):
        yield objects


def looked_at(objects: BucketObjects) -> dict[str, bytes]:
    """What the bucket holds, seen with all rights."""
    limited, objects.gate.policy = objects.gate.policy, None
    try:
        return dict(objects)
    finally:
        objects.gate.policy = limited


def test_uploads_renditions_and_originals(online, client_for, alice):
    data = photo("JPEG", 400, 300)
    media_id = send(client_for(alice), data).json()["id"]
    drain()
    shown = client_for(alice).get(f"/v1/media/{media_id}").json()
    assert shown["state"] == "ready"
    assert status_at_store(client_for(None).get(path_of(shown["url"]))["Location"]) == 200


def test_a_direct_upload_that_has_not_arrived_is_told_apart(online, client_for, alice):
    data = photo("JPEG", 300, 300)
    client = client_for(alice)
    announced = client.post("/v1/media/uploads", {"size": len(data)}).json()
    early = client.post(f"/v1/media/uploads/{announced['id']}/complete")
    assert (early.status_code, early.json()["code"]) == (409, "not_uploaded")
    layout.store().put(DirectUpload.objects.get().key, data, "image/jpeg")
    assert client.post(f"/v1/media/uploads/{announced['id']}/complete").status_code in {201, 202}


def test_a_take_down_ends_the_old_address(online, client_for, alice):
    media_id = send(client_for(alice), photo("JPEG", 400, 300)).json()["id"]
    drain()
    old = Media.objects.get().prefix
    before = {key for key in looked_at(online) if old in key}
    actions.withdraw(media_id=int(media_id))
    held = looked_at(online)
    assert before
    assert all(held.get(key, b"") == b"" for key in before), "gone or empty"
    assert Media.objects.get().prefix != old


def test_the_hourly_tidying_goes_on(online, client_for, alice):
    client_for(alice).post("/v1/media/uploads", {"size": 9})
    DirectUpload.objects.update(expires_at=timezone.now() - timedelta(days=2))
    layout.store().put(DirectUpload.objects.get().key, b"arrived", "image/jpeg")
    Media.objects.create(owner_id=alice.pk, blob=_a_blob(), size=1, prefix="p", state=Media.State.RECEIVING)
    Media.objects.update(created_at=timezone.now() - timedelta(days=2))
    tidy()
    assert not DirectUpload.objects.exists()
    assert Media.objects.get().error_code == "abandoned"


def _a_blob() -> Any:
    return Media._meta.get_field("blob").related_model.objects.create(key=layout.fresh_key(), sha256="a" * 64, size=1)


def test_the_doctor_is_content_and_says_what_may_not_be_done(online):
    assert "may not list" in storage()


def test_a_purge_has_rights_of_its_own_and_clears_what_was_left(objects, client_for, alice):
    with objects.gate.only(policy("online", objects.bucket, 1)):
        media_id = send(client_for(alice), photo()).json()["id"]
        drain()
        assert "may not delete" in storage()
        client_for(alice).delete(f"/v1/media/{media_id}")
        Media.objects.update(deleted_at=timezone.now() - timedelta(days=60))
        layout.store().put("incoming/left", b"?", "image/jpeg")
        with pytest.raises(CommandError, match=r"stopped: .*AccessDenied"):
            call_command("purge_media", "--yes", stdout=StringIO())
    with objects.gate.only(policy("purge", objects.bucket)):
        call_command("purge_media", "--yes", stdout=StringIO())
        call_command("check_media", stdout=StringIO())
    assert dict(objects) == {}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"access_key": "unknown"}, "does not know this S3_ACCESS_KEY_ID"),
        ({"secret_key": "wrong"}, "S3_SECRET_ACCESS_KEY does not belong"),
        ({"bucket_name": "another"}, "no bucket of this name"),
    ],
)
def test_the_doctor_tells_what_is_wrong(change, said, settings):
    default = settings.STORAGES["default"]
    settings.STORAGES = {**settings.STORAGES, "default": {**default, "OPTIONS": {**default["OPTIONS"], **change}}}
    with pytest.raises(CheckFailed, match=said):
        storage()


@pytest.mark.parametrize("missing", ["s3:PutObject", "s3:GetObject"])
def test_the_doctor_names_the_right_that_is_missing(missing, objects):
    full = policy("purge", objects.bucket)
    less = [{**one, "Action": [action for action in one["Action"] if action != missing]} for one in full.statements]
    with objects.gate.only(Policy(less)), pytest.raises(CheckFailed, match=f"lack a right.*{missing}"):
        storage()


def test_a_right_that_was_taken_away_is_an_outage_not_a_loss(objects, client_for, alice):
    send(client_for(alice), photo())
    full = policy("purge", objects.bucket)
    nothing_read = [{**one, "Action": ["s3:PutObject", "s3:ListBucket"]} for one in full.statements]
    with objects.gate.only(Policy(nothing_read)), pytest.raises(CommandError, match="resume goes on"):
        call_command("check_media", stdout=StringIO())
