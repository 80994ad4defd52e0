"""A bucket that refuses, hangs, lies or forgets: what is not there is not acknowledged, and nobody waits for long."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from media import actions
from media.models import Blob, Media
from media.stores.layout import Unavailable
from media.tests.support.objects import BucketObjects
from media.tests.support.originals import original_of
from media.tests.support.photographs import photo, send
from media.tests.test_checking import check
from media.tests.test_storage_faults import assert_unavailable
from tests.support import s3_gate

pytestmark = pytest.mark.storage("s3")
As = Callable[..., APIClient]
MAX_SECONDS = 10


@pytest.fixture
def gate(bucket: BucketObjects) -> s3_gate.Gate:
    return bucket.gate


def acknowledged_in_full(client_for: As, alice: User, response: Any) -> bool:
    return response.status_code == 202 and original_of(client_for(alice), response["Location"]) == photo()


@pytest.mark.parametrize("how", [s3_gate.slow_down, s3_gate.lose_reply, s3_gate.hang], ids=lambda how: how.__name__)
def test_one_bad_answer_is_made_good(how, gate, client_for, alice):
    gate.fail(how, "PUT", times=1)
    assert acknowledged_in_full(client_for, alice, send(client_for(alice), photo()))
    assert len(gate_puts(gate)) == 3  # the original twice, its sidecar
    assert Blob.objects.count() == 1


def gate_puts(gate: s3_gate.Gate) -> list[str]:
    return [path for method, path in gate.seen if method == "PUT"]


def test_every_reply_lost_is_a_503_whose_retry_finds_the_bytes(gate, client_for, alice):
    gate.fail(s3_gate.lose_reply, "PUT")
    assert_unavailable(send(client_for(alice), photo(), key="k1"))
    gate.calm()
    assert acknowledged_in_full(client_for, alice, send(client_for(alice), photo(), key="k1"))
    assert len({path for path in gate_puts(gate) if not path.endswith(".json")}) == 1  # the same key, nothing anew


@pytest.mark.parametrize("how", [s3_gate.hang, s3_gate.slow_down, s3_gate.forbid], ids=lambda how: how.__name__)
@pytest.mark.parametrize("method", ["PUT", "GET"])
def test_failing_store_is_a_503_in_time(how, method, gate, client_for, alice):
    gate.fail(how, method)
    began = time.monotonic()
    assert_unavailable(send(client_for(alice), photo(), key="k1"))
    assert time.monotonic() - began < MAX_SECONDS
    gate.calm()
    assert acknowledged_in_full(client_for, alice, send(client_for(alice), photo(), key="k1"))


@pytest.mark.parametrize("how", [s3_gate.truncate, s3_gate.trickle], ids=lambda how: how.__name__)
def test_original_that_cannot_be_read_back_is_not_acknowledged(how, gate, client_for, alice):
    gate.fail(how, "GET")
    began = time.monotonic()
    assert_unavailable(send(client_for(alice), photo("PNG", 900, 700), key="k1"))
    assert time.monotonic() - began < MAX_SECONDS


@pytest.mark.parametrize("how", [s3_gate.corrupt, s3_gate.forget, s3_gate.talk_nonsense], ids=lambda how: how.__name__)
def test_a_store_that_keeps_something_else_is_not_believed(how, gate, client_for, alice):
    gate.fail(how, "PUT", times=1)
    assert_unavailable(send(client_for(alice), photo(), key="k1"))
    assert not Media.objects.exclude(state=Media.State.RECEIVING).exists()
    assert acknowledged_in_full(client_for, alice, send(client_for(alice), photo(), key="k1"))


@pytest.mark.parametrize("how", [s3_gate.truncate, s3_gate.forbid, s3_gate.slow_down], ids=lambda how: how.__name__)
def test_original_that_cannot_be_read_is_processed_later(how, gate, client_for, alice):
    media_id = int(send(client_for(alice), photo()).json()["id"])
    gate.fail(how, "GET")
    with pytest.raises(Unavailable):
        actions.process(media_id=media_id)
    gate.calm()
    actions.process(media_id=media_id)
    assert Media.objects.get().state == Media.State.READY


def test_forbidden_original_is_a_503_not_a_404(gate, client_for, alice):
    address = send(client_for(alice), photo())["Location"]
    gate.fail(s3_gate.forbid, "HEAD")
    assert_unavailable(client_for(alice).get(f"{address}/original"))


def test_bucket_that_is_gone_is_an_outage_not_rot(bucket, client_for, alice):
    send(client_for(alice), photo())
    bucket.clear()
    bucket.client.delete_bucket(Bucket=bucket.bucket)
    try:
        sound, said = check()
    finally:
        bucket.client.create_bucket(Bucket=bucket.bucket)
    assert not sound
    assert "--resume goes on" in said
    assert "missing" not in said


def test_rot_under_an_unchanged_checksum_is_found(bucket, client_for, alice):
    send(client_for(alice), photo())
    key = Blob.objects.get().key
    bucket.rot(key)
    sound, said = check()
    assert not sound
    assert f"damaged: {key}" in said
