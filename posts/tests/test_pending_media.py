"""A post whose media are still processing publishes itself when they are ready."""

from functools import partial

import pytest

from events.models import Event
from media.models import Media
from posts import actions
from posts.models import Post
from tests.support import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def pending(client_for, alice):
    """A post with one photo that is ready and two that are not."""
    photos = [factories.media(alice), *(factories.media(alice, state=Media.State.PROCESSING) for _ in range(2))]
    answer = client_for(alice).post("/v1/posts", {"media": [str(photo.pk) for photo in photos]})
    assert answer.status_code == 201
    return answer.json()["id"], photos


def test_until_then_only_its_author_sees_it(client_for, alice, bob, pending):
    number, _ = pending
    assert client_for(alice).get(f"/v1/posts/{number}").json()["state"] == "processing"
    assert client_for(bob).get(f"/v1/posts/{number}").status_code == 404
    assert client_for(bob).get("/v1/users/alice/posts").json()["results"] == []
    assert client_for(alice).get("/v1/users/alice/posts").json()["results"] == []
    alice.refresh_from_db()
    assert alice.posts_count == 0
    assert not Event.objects.filter(name="post_published").exists()


def test_it_appears_with_the_last_of_them_as_the_newest(client_for, alice, bob, pending, settle):
    number, (_, one, two) = pending
    later = factories.post(alice)
    settle(one)
    assert client_for(bob).get(f"/v1/posts/{number}").status_code == 404
    settle(two)
    shown = client_for(bob).get("/v1/users/alice/posts").json()["results"]
    assert [post["id"] for post in shown] == [number, str(later.pk)]
    alice.refresh_from_db()
    assert alice.posts_count == 2
    recorded = Event.objects.filter(name="post_published")
    assert [event.payload for event in recorded] == [{"post_id": int(number), "author_id": alice.pk}]


def test_hearing_of_it_again_changes_nothing(alice, pending, settle):
    number, (_, one, two) = pending
    for photo in (one, two, two):
        settle(photo)
    before = Post.objects.get(pk=number).timeline_id
    settle(one)
    alice.refresh_from_db()
    assert Post.objects.get(pk=number).timeline_id == before
    assert alice.posts_count == 1
    assert Event.objects.filter(name="post_published").count() == 1


def test_one_media_lets_every_post_appear_that_waits_for_it(client_for, alice, settle):
    photo = factories.media(alice, state=Media.State.PROCESSING)
    for _ in range(3):
        client_for(alice).post("/v1/posts", {"media": [str(photo.pk)]})
    settle(photo)
    assert len(client_for(alice).get("/v1/users/alice/posts").json()["results"]) == 3


def test_a_media_that_failed_keeps_it_back_and_is_named(client_for, alice, bob, pending, settle):
    number, (_, one, two) = pending
    Media.objects.filter(pk=one.pk).update(state="failed", error_code="undecodable", error_detail="Not a picture.")
    settle(two)
    shown = client_for(alice).get(f"/v1/posts/{number}").json()
    assert shown["state"] == "failed"
    assert [media["state"] for media in shown["media"]] == ["ready", "failed", "ready"]
    assert shown["media"][1]["error"]["code"] == "undecodable"
    assert client_for(bob).get(f"/v1/posts/{number}").status_code == 404


def test_leaving_the_failed_one_out_lets_the_rest_appear(client_for, alice, bob, pending, settle):
    number, (ready, one, two) = pending
    Media.objects.filter(pk=one.pk).update(state="failed")
    settle(two)
    shown = client_for(alice).patch(f"/v1/posts/{number}", {"media": [str(two.pk), str(ready.pk)]}).json()
    assert shown["state"] == "published"
    assert [media["id"] for media in client_for(bob).get(f"/v1/posts/{number}").json()["media"]] == [
        str(two.pk),
        str(ready.pk),
    ]
    one.refresh_from_db()
    assert one.references == 0


@pytest.mark.parametrize(("away", "back"), [("archive", "unarchive"), ("delete", "restore")])
def test_put_away_meanwhile_it_appears_when_it_is_taken_out(client_for, alice, bob, pending, settle, away, back):
    number, (_, one, two) = pending
    post = Post.objects.get(pk=number)
    getattr(actions, away)(post=post)
    settle(one)
    settle(two)
    assert client_for(bob).get(f"/v1/posts/{number}").status_code == 404
    assert client_for(alice).post(f"/v1/posts/{number}/{back}").json()["state"] == "published"
    assert client_for(bob).get(f"/v1/posts/{number}").status_code == 200
    alice.refresh_from_db()
    assert alice.posts_count == 1
    assert Event.objects.filter(name="post_published").count() == 1


def test_taken_out_before_they_are_ready_it_still_waits(client_for, alice, pending):
    number, _ = pending
    client_for(alice).delete(f"/v1/posts/{number}")
    assert client_for(alice).post(f"/v1/posts/{number}/restore").json()["state"] == "processing"
    alice.refresh_from_db()
    assert alice.posts_count == 0


@pytest.mark.django_db(transaction=True)
def test_the_last_two_at_the_same_time_publish_it_once(alice, client_for, run_concurrently):
    photos = [factories.media(alice, state=Media.State.PROCESSING) for _ in range(2)]
    number = client_for(alice).post("/v1/posts", {"media": [str(photo.pk) for photo in photos]}).json()["id"]
    Media.objects.update(state=Media.State.READY)
    run_concurrently([partial(actions.publish_when_ready, media_id=photo.pk) for photo in photos * 4])
    alice.refresh_from_db()
    assert alice.posts_count == 1
    assert Post.objects.get(pk=number).timeline_id is not None
    assert Event.objects.filter(name="post_published").count() == 1
