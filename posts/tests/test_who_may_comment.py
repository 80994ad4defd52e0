"""Who may comment: as the post says, else as its author's account says. The author always may."""

import pytest

from accounts.models import User
from posts.models import Post
from tests.support import factories

pytestmark = pytest.mark.django_db
MAY = {
    "everybody": {"alice", "bob", "charlie", "dora"},
    "followers": {"alice", "bob"},
    "people_i_follow": {"alice", "dora"},
    "nobody": {"alice"},
}


@pytest.fixture
def people(alice, bob, charlie):
    """The author, a follower, a stranger, and one whom the author follows."""
    dora = factories.person("dora")
    factories.follow(alice, dora)
    factories.follow(factories.person("pending"), alice, pending=True)
    return {person.username: person for person in (alice, bob, charlie, dora)}


def who_may(client_for, post, people):
    """By what they are told, which has to be what happens."""
    let = set()
    for name, person in people.items():
        told = client_for(person).get(f"/v1/posts/{post.pk}").json()["viewer"]["may_comment"]
        answer = client_for(person).post(f"/v1/posts/{post.pk}/comments", {"text": "hello"})
        assert answer.status_code == (201 if told else 403), name
        assert told or answer.json()["code"] == "comments_limited"
        if told:
            let.add(name)
    return let


@pytest.mark.parametrize("choice", MAY)
def test_a_post_says_who(client_for, alice, people, choice):
    post = factories.post(alice, comments_from=choice)
    assert who_may(client_for, post, people) == MAY[choice]
    for name, person in people.items():
        listed = client_for(person).get("/v1/users/alice/posts").json()["results"]
        assert listed[0]["viewer"]["may_comment"] is (name in MAY[choice])


@pytest.mark.parametrize("choice", MAY)
def test_the_account_says_who_where_the_post_does_not(client_for, alice, people, choice):
    earlier, other = factories.post(alice), factories.post(alice, comments_from="everybody")
    assert client_for(alice).patch("/v1/me", {"comments_from": choice}).json()["comments_from"] == choice
    assert who_may(client_for, earlier, people) == MAY[choice]
    assert who_may(client_for, other, people) == MAY["everybody"]


def test_it_is_chosen_when_sharing_and_changed_later(client_for, alice, bob, charlie):
    client = client_for(alice)
    body = {"media": [str(factories.media(alice).pk)], "comments_from": "followers"}
    shared = client.post("/v1/posts", body).json()
    path = f"/v1/posts/{shared['id']}"
    assert shared["comments_from"] == "followers"
    assert "comments_from" not in client_for(bob).get(path).json()
    for choice in ("nobody", None):
        changed = client.patch(path, {"comments_from": choice}).json()
        assert (changed["comments_from"], changed["edited"]) == (choice, False)
        assert client_for(bob).get(path).json()["viewer"]["may_comment"] is (choice is None)
    assert client.patch(path, {"comments_from": "friends"}).status_code == 400
    assert client.patch("/v1/me", {"comments_from": None}).status_code == 400


def test_comments_that_are_there_stay_and_their_writers_edit_and_delete_them(client_for, alice, bob):
    post = factories.post(alice)
    first, second = factories.comment(post, bob, "first"), factories.comment(post, bob, "second")
    Post.objects.filter(pk=post.pk).update(comments_from="nobody")
    listed = client_for(bob).get(f"/v1/posts/{post.pk}/comments").json()["results"]
    assert [row["text"] for row in listed] == ["second", "first"]
    assert client_for(bob).patch(f"/v1/comments/{first.pk}", {"text": "edited"}).status_code == 200
    assert client_for(bob).delete(f"/v1/comments/{second.pk}").status_code == 204


def test_a_reply_needs_it_too(client_for, alice, bob, charlie):
    post = factories.post(alice, comments_from="followers")
    body = {"text": "hello", "reply_to": str(factories.comment(post, bob).pk)}
    assert client_for(bob).post(f"/v1/posts/{post.pk}/comments", body).status_code == 201
    assert client_for(charlie).post(f"/v1/posts/{post.pk}/comments", body).json()["code"] == "comments_limited"


def test_turned_off_nobody_may(client_for, alice, bob):
    post = factories.post(alice, comments_enabled=False)
    for person in (alice, bob):
        assert client_for(person).get(f"/v1/posts/{post.pk}").json()["viewer"]["may_comment"] is False
        answer = client_for(person).post(f"/v1/posts/{post.pk}/comments", {"text": "hello"})
        assert answer.json()["code"] == "comments_off"


def test_an_entity_tag_knows_of_it(client_for, alice, charlie):
    factories.post(alice)
    client, path = client_for(charlie), "/v1/users/alice/posts"
    tag = client.get(path).headers["ETag"]
    User.objects.filter(pk=alice.pk).update(comments_from="followers")
    answer = client.get(path, headers={"If-None-Match": tag})
    assert (answer.status_code, answer.json()["results"][0]["viewer"]["may_comment"]) == (200, False)


def test_a_word_that_is_no_choice_is_answered_with_those_there_are(client_for, alice):
    answer = client_for(alice).patch("/v1/me", {"comments_from": "friends"})
    (error,) = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == ("/comments_from", "invalid_choice")
    assert error["detail"] == "This is none of everybody, followers, people_i_follow, nobody."
