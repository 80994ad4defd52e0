"""Deleting a post: 30 days in the trash, then its media are let go."""

from datetime import datetime, timedelta
from functools import partial

import pytest
from django.utils import timezone

from events.models import Event
from media.models import Media
from posts import tasks
from posts.limits import TRASH_KEPT_FOR
from posts.models import Post
from tests.support import factories

pytestmark = pytest.mark.django_db


def age(post, by):
    Post.objects.filter(pk=post.pk).update(deleted_at=timezone.now() - by)


def count_of(alice):
    alice.refresh_from_db()
    return alice.posts_count


def test_a_deleted_post_is_gone_for_everybody_and_in_its_authors_trash(client_for, alice, bob):
    post, kept = factories.post(alice, "gone"), factories.post(alice, "kept")
    assert client_for(alice).delete(f"/v1/posts/{post.pk}").status_code == 204
    for person in (alice, bob):
        assert client_for(person).get(f"/v1/posts/{post.pk}").status_code == 404
        shown = client_for(person).get("/v1/users/alice/posts").json()["results"]
        assert [row["id"] for row in shown] == [str(kept.pk)]
    trash = client_for(alice).get("/v1/me/trash").json()["results"]
    assert [(row["id"], row["state"]) for row in trash] == [(str(post.pk), "deleted")]
    assert client_for(bob).get("/v1/me/trash").json()["results"] == []
    assert count_of(alice) == 1


def test_the_trash_says_until_when_each_can_be_restored(client_for, alice):
    post = factories.post(alice)
    client_for(alice).delete(f"/v1/posts/{post.pk}")
    age(post, timedelta(days=3))
    (shown,) = client_for(alice).get("/v1/me/trash").json()["results"]
    moments = [datetime.fromisoformat(shown[name]) for name in ("deleted_at", "purge_at")]
    post.refresh_from_db()
    assert moments == [post.deleted_at, post.deleted_at + TRASH_KEPT_FOR]
    restored = client_for(alice).post(f"/v1/posts/{post.pk}/restore").json()
    assert not {"deleted_at", "purge_at"} & set(restored)


def test_deleting_it_again_is_a_404_and_counts_once(client_for, alice):
    post = factories.post(alice)
    answers = [client_for(alice).delete(f"/v1/posts/{post.pk}").status_code for _ in range(2)]
    assert answers == [204, 404]
    assert count_of(alice) == 0


def test_restored_it_is_as_it_was(client_for, alice, bob):
    post = factories.post(alice, "back #again", photos=2)
    client_for(bob).put(f"/v1/posts/{post.pk}/like")
    before = client_for(bob).get(f"/v1/posts/{post.pk}").json()
    client_for(alice).delete(f"/v1/posts/{post.pk}")
    answer = client_for(alice).post(f"/v1/posts/{post.pk}/restore")
    assert (answer.status_code, answer.json()["state"]) == (200, "published")
    after = client_for(bob).get(f"/v1/posts/{post.pk}").json()
    assert {**after, "media": []} == {**before, "media": []}
    assert count_of(alice) == 1
    assert client_for(alice).get("/v1/me/trash").json()["results"] == []
    recorded = Event.objects.filter(name="post_restored")
    assert [event.payload for event in recorded] == [{"post_id": post.pk, "author_id": alice.pk}]


def test_restoring_twice_is_the_same_answer_and_counts_once(client_for, alice):
    post = factories.post(alice)
    client_for(alice).delete(f"/v1/posts/{post.pk}")
    answers = [client_for(alice).post(f"/v1/posts/{post.pk}/restore") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json()["id"] == answers[1].json()["id"]
    assert count_of(alice) == 1
    assert Event.objects.filter(name="post_restored").count() == 1


def test_only_its_author_deletes_and_restores(client_for, alice, bob, mallory):
    post = factories.post(alice)
    assert client_for(bob).delete(f"/v1/posts/{post.pk}").status_code == 403
    assert client_for(bob).post(f"/v1/posts/{post.pk}/restore").status_code == 403
    assert client_for(mallory).delete(f"/v1/posts/{post.pk}").status_code == 404
    assert client_for(alice).get(f"/v1/posts/{post.pk}").status_code == 200
    client_for(alice).delete(f"/v1/posts/{post.pk}")
    assert client_for(bob).post(f"/v1/posts/{post.pk}/restore").status_code == 404
    assert count_of(alice) == 0


def test_in_the_trash_nothing_can_be_done_with_it(client_for, alice, bob):
    post = factories.post(alice)
    client_for(alice).delete(f"/v1/posts/{post.pk}")
    for person in (alice, bob):
        client = client_for(person)
        assert client.put(f"/v1/posts/{post.pk}/like").status_code == 404
        assert client.put(f"/v1/posts/{post.pk}/save").status_code == 404
        assert client.post(f"/v1/posts/{post.pk}/comments", {"text": "x"}).status_code == 404
        assert client.patch(f"/v1/posts/{post.pk}", {"caption": "x"}).status_code == 404
        assert client.post(f"/v1/posts/{post.pk}/archive").status_code == 404


def test_after_thirty_days_it_can_not_be_restored(client_for, alice):
    young, old = factories.post(alice), factories.post(alice)
    age(young, TRASH_KEPT_FOR - timedelta(minutes=1))
    age(old, TRASH_KEPT_FOR + timedelta(minutes=1))
    shown = client_for(alice).get("/v1/me/trash").json()["results"]
    assert [row["id"] for row in shown] == [str(young.pk)]
    assert client_for(alice).post(f"/v1/posts/{old.pk}/restore").status_code == 404
    assert client_for(alice).post(f"/v1/posts/{young.pk}/restore").status_code == 200


def test_the_purge_lets_go_of_the_media_once_and_deletes_no_row_of_them(client_for, alice):
    young, old = factories.post(alice, photos=2), factories.post(alice, photos=2)
    shared = old.items.first().media
    Media.objects.filter(pk=shared.pk).update(references=2)  # another post shows it too
    for post, by in ((young, timedelta(days=29)), (old, timedelta(days=31))):
        age(post, by)
    kept = sorted(item.media_id for item in young.items.all())
    released = sorted(item.media_id for item in old.items.all())
    assert [tasks.purge_trash(), tasks.purge_trash()] == [1, 0]
    references = dict(Media.objects.values_list("pk", "references"))
    assert [references[number] for number in kept] == [1, 1]
    assert [references[number] for number in released] == [1, 0]
    old.refresh_from_db()
    assert old.purged_at is not None
    assert client_for(alice).post(f"/v1/posts/{old.pk}/restore").status_code == 404
    assert client_for(alice).post(f"/v1/posts/{young.pk}/restore").status_code == 200


def test_a_take_down_can_not_be_restored(client_for, alice):
    post = factories.post(alice)
    client_for(alice).delete(f"/v1/posts/{post.pk}")
    Post.objects.filter(pk=post.pk).update(removed_at=timezone.now())
    assert client_for(alice).post(f"/v1/posts/{post.pk}/restore").status_code == 404
    assert client_for(alice).get("/v1/me/trash").json()["results"] == []


@pytest.mark.django_db(transaction=True)
def test_eight_deletes_and_restores_at_once_count_right(client_for, alice, run_concurrently):
    post = factories.post(alice)
    calls = [partial(client_for(alice).delete, f"/v1/posts/{post.pk}") for _ in range(4)]
    calls += [partial(client_for(alice).post, f"/v1/posts/{post.pk}/restore") for _ in range(4)]
    answers = run_concurrently(calls)
    assert {answer.status_code for answer in answers} <= {200, 204, 404}
    post.refresh_from_db()
    assert count_of(alice) == (0 if post.deleted_at else 1)
