"""How much one may keep: enforced before anything is stored, readable before anything is sent."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from media.models import Media
from media.tests.support.photographs import photo, send
from media.views.receiving import FRAMING_BYTES
from tests.support import factories


def used(client: APIClient) -> tuple[int, int]:
    quota = client.get("/v1/me/quota").json()
    return quota["bytes"]["used"], quota["files"]["used"]


def test_it_says_what_is_used_and_what_may_be(client_for, alice, bob, settings):
    settings.QUOTA_BYTES, settings.QUOTA_FILES = 5_000_000, 0
    data = photo()
    send(client_for(alice), data)
    send(client_for(alice), data)  # shares its bytes with the first; counts all the same
    assert client_for(alice).get("/v1/me/quota").json() == {
        "bytes": {"used": 2 * len(data), "limit": 5_000_000},
        "files": {"used": 2, "limit": None},
    }
    assert used(client_for(bob)) == (0, 0)


def test_the_limits_stand_in_the_instance(client_for, settings):
    settings.QUOTA_BYTES, settings.QUOTA_FILES = 7, 0
    assert client_for(None).get("/v1/instance").json()["limits"]["quota"] == {"bytes": 7, "files": None}


def test_the_last_byte_fits_and_one_more_does_not(client_for, alice, settings, objects):
    data = photo()
    settings.QUOTA_BYTES = 2 * len(data)
    assert [send(client_for(alice), data).status_code for _ in range(2)] == [202, 202]
    settings.QUOTA_BYTES = 3 * len(data) - 1
    kept = set(objects)
    refused = send(client_for(alice), data)

    assert refused.status_code == 409
    assert refused.json()["code"] == "quota_exceeded"
    assert refused.json()["quota"]["bytes"] == {"used": 2 * len(data), "limit": 3 * len(data) - 1}
    assert Media.objects.count() == 2
    assert set(objects) == kept


def test_the_last_file_fits_and_one_more_does_not(client_for, alice, settings):
    settings.QUOTA_FILES = 1
    assert send(client_for(alice), photo()).status_code == 202
    refused = send(client_for(alice), photo())
    assert refused.status_code == 409
    assert refused.json()["quota"]["files"] == {"used": 1, "limit": 1}


def test_others_are_not_affected(client_for, alice, bob, settings):
    settings.QUOTA_FILES = 1
    data = photo()
    assert [send(client_for(who), data).status_code for who in (alice, alice, bob)] == [202, 409, 202]


def test_no_limit_is_no_limit(client_for, alice, settings):
    settings.QUOTA_BYTES = settings.QUOTA_FILES = 0
    assert [send(client_for(alice), photo()).status_code for _ in range(3)] == [202] * 3


def test_a_retry_is_counted_once_and_never_refused(client_for, alice, settings):
    data = photo()
    settings.QUOTA_BYTES, settings.QUOTA_FILES = len(data), 1
    first = send(client_for(alice), data, key="one")
    retry = send(client_for(alice), data, key="one")

    assert retry.status_code == first.status_code == 202
    assert retry.json()["id"] == first.json()["id"]
    assert used(client_for(alice)) == (len(data), 1)
    assert send(client_for(alice), data, key="two").status_code == 409


def test_a_refused_upload_is_taken_with_its_key_once_there_is_room(client_for, alice, settings):
    settings.QUOTA_FILES = 1
    first = send(client_for(alice), photo(), key="one")
    assert send(client_for(alice), photo("PNG"), key="two").status_code == 409
    assert client_for(alice).delete(first["Location"]).status_code == 204
    assert used(client_for(alice)) == (0, 0)
    assert send(client_for(alice), photo("PNG"), key="two").status_code == 202


def test_what_failed_counts_and_what_was_cut_short_does_not(client_for, alice):
    factories.media(alice, state=Media.State.FAILED)
    factories.media(alice, state=Media.State.RECEIVING)
    assert used(client_for(alice)) == (1000, 1)


class Unread(io.BytesIO):
    """A body that notes whether anybody asked for it."""

    asked = False

    def read(self, *sizes: Any) -> bytes:
        self.asked = True
        return super().read(*sizes)


def declared(client: APIClient, length: int) -> tuple[Any, Unread]:
    """A POST whose body says it is so long."""
    body = Unread(b"x" * 100)
    content_type = "multipart/form-data; boundary=x"
    extra = {"wsgi.input": body, "CONTENT_LENGTH": str(length), "CONTENT_TYPE": content_type}
    return client.post("/v1/media", **extra), body


@pytest.mark.parametrize(("room", "read"), [(FRAMING_BYTES, False), (2 * FRAMING_BYTES, True)])
def test_the_declared_length_is_enough(room, read, client_for, alice, settings):
    """Only what cannot fit, however much of the body is framing, is refused unread."""
    settings.QUOTA_BYTES = room
    response, body = declared(client_for(alice), 2 * FRAMING_BYTES + room // 2)
    assert body.asked is read
    assert (response.json()["code"] == "quota_exceeded") is not read


def test_a_full_quota_is_told_before_the_bytes_travel(client_for, alice, settings):
    settings.QUOTA_FILES = 1
    factories.media(alice)
    response, body = declared(client_for(alice), 200)
    assert response.status_code == 409
    assert not body.asked


def test_it_is_one_query_over_its_index(client_for, alice, bob, django_assert_num_queries):
    client = client_for(alice)
    for _ in range(30):
        factories.media(alice)
        factories.media(bob)
    with django_assert_num_queries(1) as asked:
        client.get("/v1/me/quota")
    with connection.cursor() as cursor:
        for name, one in connection.introspection.get_constraints(cursor, Media._meta.db_table).items():
            if one["index"] and not one["unique"] and name != "media_quota":
                cursor.execute(f'DROP INDEX "{name}"')  # sixty rows say nothing about which is cheaper
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute("EXPLAIN " + asked[0]["sql"])
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Index Only Scan using media_quota" in plan
    assert "Join" not in plan
    assert "Filter" not in plan


def test_sending_and_deleting_fills_no_store(client_for, alice, bob, settings):
    data, client = photo(), client_for(alice)
    settings.QUOTA_BYTES = len(data)
    for _ in range(2):
        made = send(client, data)
        assert made.status_code == 202
        Media.objects.filter(pk=made.json()["id"]).update(state=Media.State.READY)
        assert client.delete(f"/v1/media/{made.json()['id']}").status_code == 204
    refused = send(client, data)
    assert refused.status_code == 409
    assert refused.json()["code"] == "quota_exceeded"
    assert "deleted lately" in refused.json()["detail"]
    assert refused.json()["quota"]["bytes"]["used"] == 0
    assert send(client_for(bob), data).status_code == 202

    Media.objects.filter(owner=alice).update(deleted_at=timezone.now() - timedelta(days=31))
    assert send(client, data).status_code == 202, "that nobody purged is not their fault"
