"""Deleting a media changes a row. Bytes go only by the operator's purge, past their grace, referred to by nothing."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from api.problems import Problem
from media import actions
from media.models import Blob, Media
from media.tests.support.originals import original_of
from media.tests.support.photographs import photo, send
from tests.support.outbox import drain

As = Callable[..., APIClient]
LONG_AGO = timedelta(days=31)


@pytest.fixture
def sent(client_for: As, alice: User) -> Media:
    media_id = send(client_for(alice), photo()).json()["id"]
    drain()
    return Media.objects.get(pk=media_id)


def purge(*arguments: str) -> str:
    out = StringIO()
    call_command("purge_media", *arguments, stdout=out)
    return out.getvalue()


def test_deleted_media_is_gone_for_its_owner_but_its_bytes_stay(sent, client_for, alice, objects):
    before = set(objects)
    assert client_for(alice).delete(f"/v1/media/{sent.pk}").status_code == 204
    assert client_for(alice).get(f"/v1/media/{sent.pk}").status_code == 404
    assert client_for(alice).get(f"/v1/media/{sent.pk}/original").status_code == 404
    assert client_for(alice).get("/v1/media").json()["results"] == []
    assert set(objects) == before


def test_attached_media_cannot_be_deleted(sent, client_for, alice):
    actions.attach(owner=alice, media_ids=[sent.pk])
    response = client_for(alice).delete(f"/v1/media/{sent.pk}")
    assert response.status_code == 409
    assert response.json()["code"] == "media_in_use"
    assert client_for(alice).get(f"/v1/media/{sent.pk}").status_code == 200


def test_released_media_can_be_deleted(sent, client_for, alice):
    actions.attach(owner=alice, media_ids=[sent.pk])
    actions.release(media_ids=[sent.pk])
    assert client_for(alice).delete(f"/v1/media/{sent.pk}").status_code == 204


def test_purge_leaves_what_is_within_its_grace_period(sent, objects):
    Media.objects.update(deleted_at=timezone.now() - timedelta(days=29))
    before = set(objects)
    assert "0 media" in purge("--yes")
    assert set(objects) == before


def test_purge_only_says_what_it_would_do(sent, objects):
    Media.objects.update(deleted_at=timezone.now() - LONG_AGO)
    before = set(objects)
    assert f"would remove photo {sent.pk}" in purge()
    assert set(objects) == before


def test_purge_removes_what_is_past_its_grace_period(sent, objects):
    Media.objects.update(deleted_at=timezone.now() - LONG_AGO)
    assert "1 media and 1 originals removed" in purge("--yes")
    assert set(objects) == set()
    assert not Media.objects.exists()
    assert not Blob.objects.exists()


def test_purge_removes_what_was_released_long_ago(sent, alice, objects):
    actions.attach(owner=alice, media_ids=[sent.pk])
    actions.release(media_ids=[sent.pk])
    Media.objects.update(released_at=timezone.now() - LONG_AGO)
    purge("--yes")
    assert set(objects) == set()


def test_purge_leaves_what_was_never_shown_nor_deleted(sent, objects):
    Media.objects.update(created_at=timezone.now() - timedelta(days=4000))
    before = set(objects)
    purge("--yes")
    assert set(objects) == before


def test_purge_leaves_what_is_attached_again(sent, alice, objects):
    actions.attach(owner=alice, media_ids=[sent.pk])
    actions.release(media_ids=[sent.pk])
    Media.objects.update(released_at=timezone.now() - LONG_AGO)
    actions.attach(owner=alice, media_ids=[sent.pk])
    before = set(objects)
    purge("--yes")
    assert set(objects) == before


def test_purge_believes_rows_more_than_counters(sent, alice, objects):
    User.objects.filter(pk=alice.pk).update(avatar=sent)
    Media.objects.update(deleted_at=timezone.now() - LONG_AGO, references=0)
    before = set(objects)
    assert "0 media would" in purge()
    purge("--yes")
    assert set(objects) == before


def test_purge_keeps_bytes_that_somebody_else_shares(client_for, alice, bob, objects):
    data = photo()
    gone, kept = (send(client_for(who), data).json()["id"] for who in (alice, bob))
    drain()
    Media.objects.filter(pk=gone).update(deleted_at=timezone.now() - LONG_AGO)
    purge("--yes")

    assert original_of(client_for(bob), f"/v1/media/{kept}") == data
    assert f"{Blob.objects.get().key}.{gone}.json" not in set(objects)
    assert f"{Blob.objects.get().key}.{kept}.json" in set(objects)


def test_purge_goes_on_where_it_was_cut_short(sent, objects):
    Media.objects.update(deleted_at=timezone.now() - LONG_AGO)
    blob = Blob.objects.get()
    Media.objects.all().delete()
    Blob.objects.update(state=Blob.State.PURGING)
    purge("--yes")
    assert blob.key not in set(objects)
    assert not Blob.objects.exists()


def test_attach_counts_keeps_order_and_refuses_what_is_not_there(client_for, alice, bob):
    mine = [Media.objects.get(pk=send(client_for(alice), photo("PNG", w)).json()["id"]).pk for w in (50, 51, 52)]
    wanted = [mine[2], mine[0], mine[1]]
    assert [media.pk for media in actions.attach(owner=alice, media_ids=wanted)] == wanted
    assert set(Media.objects.values_list("references", flat=True)) == {1}
    for refused in ([mine[0], mine[0]], [mine[0], 1]):
        with pytest.raises(Exception, match=r"twice|no media"):
            actions.attach(owner=alice, media_ids=refused)
    with pytest.raises(Exception, match="no media"):
        actions.attach(owner=bob, media_ids=mine)


def test_failed_and_deleted_media_cannot_be_attached(client_for, alice):
    failed, deleted = (Media.objects.get(pk=send(client_for(alice), photo("PNG", w)).json()["id"]) for w in (50, 51))
    actions.fail(media_id=failed.pk, code="damaged_file", detail="It is damaged.")
    actions.delete(media=deleted)
    with pytest.raises(Exception, match="could not be processed"):
        actions.attach(owner=alice, media_ids=[failed.pk])
    with pytest.raises(Exception, match="no media"):
        actions.attach(owner=alice, media_ids=[deleted.pk])


def test_release_never_goes_below_zero(sent):
    actions.release(media_ids=[sent.pk])
    sent.refresh_from_db()
    assert sent.references == 0


def test_delete_twice_is_a_404_for_the_second(sent, client_for, alice):
    assert client_for(alice).delete(f"/v1/media/{sent.pk}").status_code == 204
    assert client_for(alice).delete(f"/v1/media/{sent.pk}").status_code == 404


def test_admin_offers_no_deletion(sent, client, alice):
    User.objects.filter(pk=alice.pk).update(is_staff=True, is_superuser=True)
    alice.refresh_from_db()
    client.force_login(alice)
    for model in ("media", "blob", "rendition"):
        page = client.get(f"/admin/media/{model}/")
        assert page.status_code == 200
        assert b"delete_selected" not in page.content
    assert client.post(f"/admin/media/media/{sent.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Media.objects.filter(pk=sent.pk).exists()


def test_in_use_is_a_problem_also_below_http(sent, alice):
    actions.attach(owner=alice, media_ids=[sent.pk])
    with pytest.raises(Problem):
        actions.delete(media=sent)
