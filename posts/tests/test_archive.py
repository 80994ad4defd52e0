"""The archive: away from everybody but its author, who can bring it back."""

import pytest

from events.models import Event
from tests.support import factories

pytestmark = pytest.mark.django_db


def test_an_archived_post_is_its_authors_alone(client_for, alice, bob):
    post = factories.post(alice)
    answer = client_for(alice).post(f"/v1/posts/{post.pk}/archive")
    assert (answer.status_code, answer.json()["state"]) == (200, "archived")
    assert client_for(bob).get(f"/v1/posts/{post.pk}").status_code == 404
    assert client_for(alice).get(f"/v1/posts/{post.pk}").json()["state"] == "archived"
    for person in (alice, bob):
        assert client_for(person).get("/v1/users/alice/posts").json()["results"] == []
    assert [row["id"] for row in client_for(alice).get("/v1/me/archive").json()["results"]] == [str(post.pk)]
    assert client_for(bob).get("/v1/me/archive").json()["results"] == []
    alice.refresh_from_db()
    assert alice.posts_count == 0


def test_archived_nothing_can_be_done_with_it(client_for, alice, bob):
    post = factories.post(alice)
    client_for(alice).post(f"/v1/posts/{post.pk}/archive")
    for person in (alice, bob):
        assert client_for(person).put(f"/v1/posts/{post.pk}/like").status_code == 404
        assert client_for(person).post(f"/v1/posts/{post.pk}/comments", {"text": "x"}).status_code == 404


def test_unarchived_it_stands_where_it_stood(client_for, alice, bob):
    posts = [factories.post(alice) for _ in range(3)]
    client_for(alice).post(f"/v1/posts/{posts[1].pk}/archive")
    answer = client_for(alice).post(f"/v1/posts/{posts[1].pk}/unarchive")
    assert (answer.status_code, answer.json()["state"]) == (200, "published")
    shown = client_for(bob).get("/v1/users/alice/posts").json()["results"]
    assert [row["id"] for row in shown] == [str(post.pk) for post in reversed(posts)]
    alice.refresh_from_db()
    assert alice.posts_count == 3
    assert Event.objects.filter(name="post_restored").count() == 1


@pytest.mark.parametrize("verb", ["archive", "unarchive"])
def test_twice_is_the_same_answer_and_counts_once(client_for, alice, verb):
    post = factories.post(alice)
    client_for(alice).post(f"/v1/posts/{post.pk}/archive")
    answers = [client_for(alice).post(f"/v1/posts/{post.pk}/{verb}").json() for _ in range(2)]
    assert answers[0]["state"] == answers[1]["state"] == ("archived" if verb == "archive" else "published")
    alice.refresh_from_db()
    assert alice.posts_count == (0 if verb == "archive" else 1)


def test_deleted_from_the_archive_it_is_restored_to_the_archive(client_for, alice, bob):
    post = factories.post(alice)
    client_for(alice).post(f"/v1/posts/{post.pk}/archive")
    client_for(alice).delete(f"/v1/posts/{post.pk}")
    assert client_for(alice).get("/v1/me/archive").json()["results"] == []
    assert client_for(alice).post(f"/v1/posts/{post.pk}/restore").json()["state"] == "archived"
    assert client_for(bob).get(f"/v1/posts/{post.pk}").status_code == 404
    alice.refresh_from_db()
    assert alice.posts_count == 0


@pytest.mark.parametrize("verb", ["archive", "unarchive"])
def test_only_its_author_may(client_for, alice, bob, mallory, verb):
    post = factories.post(alice)
    answer = client_for(bob).post(f"/v1/posts/{post.pk}/{verb}")
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")
    assert client_for(mallory).post(f"/v1/posts/{post.pk}/{verb}").status_code == 404
    assert client_for(bob).get(f"/v1/posts/{post.pk}").status_code == 200
