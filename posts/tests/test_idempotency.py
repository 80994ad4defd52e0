"""`Idempotency-Key`: a retry of a POST makes nothing new."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from events.models import Event
from posts import tasks
from posts.models import Comment, Post
from tests.support import factories

pytestmark = pytest.mark.django_db


def send(client, address, body, key):
    return client.post(address, body, headers={"Idempotency-Key": key})


def test_a_retried_post_is_the_first_one(client_for, alice):
    photo = factories.media(alice)
    body = {"media": [str(photo.pk)], "caption": "once #only", "media_latitude": "1.5", "media_longitude": "2"}
    first, again = (send(client_for(alice), "/v1/posts", body, "k1") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["id"] == again.json()["id"]
    alice.refresh_from_db()
    photo.refresh_from_db()
    assert (Post.objects.count(), alice.posts_count, photo.references) == (1, 1, 1)
    assert Event.objects.filter(name="post_published").count() == 1


def test_the_same_meaning_written_otherwise_is_the_same_body(client_for, alice):
    photo = factories.media(alice)
    first = send(client_for(alice), "/v1/posts", {"media": [str(photo.pk)]}, "k1")
    again = send(client_for(alice), "/v1/posts", {"media": [photo.pk], "caption": "", "tags": []}, "k1")
    assert first.json()["id"] == again.json()["id"]


def test_another_body_under_the_same_key_is_refused(client_for, alice):
    photo = factories.media(alice)
    send(client_for(alice), "/v1/posts", {"media": [str(photo.pk)]}, "k1")
    answer = send(client_for(alice), "/v1/posts", {"media": [str(photo.pk)], "caption": "other"}, "k1")
    assert (answer.status_code, answer.json()["code"]) == (422, "key_reused")
    assert Post.objects.count() == 1


def test_a_retry_is_answered_though_the_media_are_gone(client_for, alice):
    photo = factories.media(alice)
    first = send(client_for(alice), "/v1/posts", {"media": [str(photo.pk)]}, "k1")
    type(photo).objects.filter(pk=photo.pk).update(deleted_at="2026-11-01T00:00:00Z")
    again = send(client_for(alice), "/v1/posts", {"media": [str(photo.pk)]}, "k1")
    assert (again.status_code, again.json()["id"]) == (201, first.json()["id"])


@pytest.mark.parametrize("column", ["deleted_at", "removed_at"])
def test_a_retry_is_told_that_the_post_is_gone(column, client_for, alice):
    body = {"media": [str(factories.media(alice).pk)]}
    send(client_for(alice), "/v1/posts", body, "k1")
    Post.objects.update(**{column: timezone.now()})
    answer = send(client_for(alice), "/v1/posts", body, "k1")
    assert (answer.status_code, answer.json()["code"]) == (410, "gone")
    assert Post.objects.count() == 1


@pytest.mark.parametrize("column", ["deleted_at", "removed_at"])
def test_a_retry_is_told_that_the_comment_is_gone(column, client_for, alice, bob):
    address = f"/v1/posts/{factories.post(alice).pk}/comments"
    send(client_for(bob), address, {"text": "nice"}, "k1")
    Comment.objects.update(**{column: timezone.now()})
    answer = send(client_for(bob), address, {"text": "nice"}, "k1")
    assert (answer.status_code, answer.json()["code"]) == (410, "gone")
    assert Comment.objects.count() == 1


def test_a_restored_post_is_there_for_a_retry(client_for, alice):
    body = {"media": [str(factories.media(alice).pk)]}
    first = send(client_for(alice), "/v1/posts", body, "k1").json()
    client_for(alice).delete(f"/v1/posts/{first['id']}")
    client_for(alice).post(f"/v1/posts/{first['id']}/restore")
    again = send(client_for(alice), "/v1/posts", body, "k1")
    assert (again.status_code, again.json()["id"]) == (201, first["id"])


def test_keys_of_two_people_do_not_meet(client_for, alice, bob):
    for person in (alice, bob):
        answer = send(client_for(person), "/v1/posts", {"media": [str(factories.media(person).pk)]}, "k1")
        assert answer.status_code == 201
    assert Post.objects.count() == 2


def test_without_a_key_each_post_is_new(client_for, alice):
    photo = factories.media(alice)
    for _ in range(2):
        client_for(alice).post("/v1/posts", {"media": [str(photo.pk)]})
    assert Post.objects.count() == 2


@pytest.mark.parametrize("key", ["", "x" * 256, "naïve", "a\tb"])
def test_what_is_no_key_is_refused(client_for, alice, key):
    answer = send(client_for(alice), "/v1/posts", {"media": [str(factories.media(alice).pk)]}, key)
    assert answer.status_code == 400
    assert not Post.objects.exists()


def test_a_retried_comment_is_the_first_one(client_for, alice, bob):
    post = factories.post(alice)
    address = f"/v1/posts/{post.pk}/comments"
    first, again = (send(client_for(bob), address, {"text": "nice"}, "k1") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["id"] == again.json()["id"]
    post.refresh_from_db()
    assert (Comment.objects.count(), post.comments_count) == (1, 1)


def test_a_comments_key_is_refused_for_another_text_and_another_post(client_for, alice, bob):
    one, two = factories.post(alice), factories.post(alice)
    send(client_for(bob), f"/v1/posts/{one.pk}/comments", {"text": "nice"}, "k1")
    assert send(client_for(bob), f"/v1/posts/{one.pk}/comments", {"text": "ugly"}, "k1").status_code == 422
    assert send(client_for(bob), f"/v1/posts/{two.pk}/comments", {"text": "nice"}, "k1").status_code == 422
    assert Comment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("more", [{"caption": "#new in @alice", "place": "Galata"}, {}])
def test_eight_tries_at_once_make_one_post(client_for, alice, run_concurrently, more):
    """Also without labels, for whose rows those who make them wait for each other."""
    photo = factories.media(alice)
    body = {"media": [str(photo.pk)], **more}
    answers = run_concurrently([partial(send, client_for(alice), "/v1/posts", body, "k1") for _ in range(8)])
    assert [answer.status_code for answer in answers] == [201] * 8
    assert len({answer.json()["id"] for answer in answers}) == 1
    alice.refresh_from_db()
    photo.refresh_from_db()
    assert (Post.objects.count(), alice.posts_count, photo.references) == (1, 1, 1)
    assert Event.objects.filter(name="post_published").count() == 1


@pytest.mark.django_db(transaction=True)
def test_eight_tries_at_once_make_one_comment(client_for, alice, bob, run_concurrently):
    post = factories.post(alice)
    call = partial(send, client_for(bob), f"/v1/posts/{post.pk}/comments", {"text": "nice"}, "k1")
    answers = run_concurrently([call] * 8)
    assert [answer.status_code for answer in answers] == [201] * 8
    post.refresh_from_db()
    assert (Comment.objects.count(), post.comments_count) == (1, 1)


def test_keys_are_forgotten_after_a_day(client_for, alice, bob):
    old, young = factories.post(alice, idempotency_key="old"), factories.post(alice, idempotency_key="young")
    remark = factories.comment(old, bob, idempotency_key="old")
    for model in (Post, Comment):
        model.objects.filter(idempotency_key="old").update(created_at=timezone.now() - timedelta(hours=25))
    assert [tasks.prune_keys(), tasks.prune_keys()] == [2, 0]
    for row in (old, young, remark):
        row.refresh_from_db()
    assert [old.idempotency_key, young.idempotency_key, remark.idempotency_key] == [None, "young", None]
