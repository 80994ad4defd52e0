"""Who is told of what."""

import pytest
from django.db import transaction

from events.actions import record
from media.models import Media
from notifications.models import Cause
from notifications.tests.conftest import told
from posts.actions import mark_sensitive
from tests.support import factories

pytestmark = pytest.mark.django_db


def test_a_follower_of_a_public_account(client_for, alice, charlie, shown):
    client_for(charlie).put("/v1/users/alice/follow")
    assert told(shown(alice)) == [("follow", ["charlie"])]
    client_for(charlie).delete("/v1/users/alice/follow")
    assert shown(alice) == []


def test_a_request_is_gone_with_its_answer_and_who_asked_is_told(client_for, charlie, shown):
    paula = factories.person("paula", private=True)
    client_for(charlie).put("/v1/users/paula/follow")
    assert told(shown(paula)) == [("follow_request", ["charlie"])]
    client_for(paula).post("/v1/me/follow-requests/charlie/accept")
    assert shown(paula) == []
    assert told(shown(charlie)) == [("request_accepted", ["paula"])]


def test_whoever_opens_their_account_accepts(client_for, charlie, shown):
    paula = factories.person("paula", private=True)
    client_for(charlie).put("/v1/users/paula/follow")
    client_for(paula).patch("/v1/me", {"is_private": False})
    assert told(shown(charlie)) == [("request_accepted", ["paula"])]
    assert shown(paula) == []


def test_a_like_shows_the_post_and_no_dislike_does(client_for, alice, bob, charlie, shown):
    post = factories.post(alice)
    client_for(bob).put(f"/v1/posts/{post.pk}/like")
    client_for(charlie).put(f"/v1/posts/{post.pk}/dislike")
    (row,) = shown(alice)
    assert (row["kind"], row["actors_count"], row["post"]["id"]) == ("like", 1, str(post.pk))
    assert "/w320.webp?token=" in row["post"]["thumbnail"]
    assert row["post"]["sensitive"] is False
    mark_sensitive(post_id=post.pk, sensitive=True)
    assert shown(alice)[0]["post"]["sensitive"] is True
    client_for(charlie).put(f"/v1/posts/{post.pk}/like")
    assert told(shown(alice)) == [("like", ["charlie", "bob"])]
    client_for(bob).put(f"/v1/posts/{post.pk}/dislike")
    assert told(shown(alice)) == [("like", ["charlie"])]


def test_one_comment_tells_each_person_once(client_for, alice, bob, charlie, shown):
    post = factories.post(alice)
    first = client_for(bob).post(f"/v1/posts/{post.pk}/comments", {"text": "hello @bob @alice"}).json()["id"]
    assert told(shown(alice)) == [("mention", ["bob"])]
    text = "no, @bob @alice @charlie"
    client_for(charlie).post(f"/v1/posts/{post.pk}/comments", {"text": text, "reply_to": first})
    assert told(shown(alice)) == [("mention", ["charlie"]), ("mention", ["bob"])]
    (reply,) = shown(bob)
    assert (reply["kind"], reply["comment"]["text"], reply["comment"]["reply_to"]) == ("reply", text, first)
    assert shown(charlie) == []


def test_a_plain_comment_tells_the_author_until_it_is_deleted(client_for, alice, bob, shown):
    post = factories.post(alice)
    comment = client_for(bob).post(f"/v1/posts/{post.pk}/comments", {"text": "hello"}).json()["id"]
    (row,) = shown(alice)
    assert (row["kind"], row["comment"]["id"], row["post"]["id"]) == ("comment", comment, str(post.pk))
    client_for(bob).delete(f"/v1/comments/{comment}")
    assert shown(alice) == []


def test_an_edited_comment_tells_whom_it_names_now_and_nobody_twice(client_for, alice, bob, charlie, shown):
    post = factories.post(alice)
    number = client_for(bob).post(f"/v1/posts/{post.pk}/comments", {"text": "@charlie"}).json()["id"]
    assert (told(shown(alice)), told(shown(charlie))) == ([("comment", ["bob"])], [("mention", ["bob"])])
    client_for(bob).patch(f"/v1/comments/{number}", {"text": "@alice"})
    assert (told(shown(alice)), told(shown(charlie))) == ([("comment", ["bob"])], [])
    client_for(bob).patch(f"/v1/comments/{number}", {"text": "@alice @charlie"})
    assert (told(shown(alice)), told(shown(charlie))) == ([("comment", ["bob"])], [("mention", ["bob"])])
    assert Cause.objects.count() == 2


def test_the_posts_author_named_no_more_is_told_of_the_comment(client_for, alice, bob, shown):
    post = factories.post(alice)
    number = client_for(bob).post(f"/v1/posts/{post.pk}/comments", {"text": "@alice"}).json()["id"]
    assert told(shown(alice)) == [("mention", ["bob"])]
    client_for(bob).patch(f"/v1/comments/{number}", {"text": "hello"})
    assert told(shown(alice)) == [("comment", ["bob"])]
    assert Cause.objects.count() == 1


def test_a_liked_comment_tells_its_author(client_for, alice, bob, shown):
    comment = factories.comment(factories.post(alice), bob, "nice")
    client_for(alice).put(f"/v1/comments/{comment.pk}/like")
    assert told(shown(bob)) == [("comment_like", ["alice"])]
    client_for(alice).delete(f"/v1/comments/{comment.pk}/like")
    assert shown(bob) == []


def test_whom_a_caption_names_is_told_while_it_does(client_for, alice, bob, shown):
    media = factories.media(alice)
    post = client_for(alice).post("/v1/posts", {"media": [str(media.pk)], "caption": "with @bob @alice"}).json()["id"]
    assert told(shown(bob)) == [("mention", ["alice"])]
    client_for(alice).patch(f"/v1/posts/{post}", {"caption": "alone"})
    assert shown(bob) == []
    client_for(alice).patch(f"/v1/posts/{post}", {"caption": "with @bob after all"})
    assert told(shown(bob)) == [("mention", ["alice"])]
    assert shown(alice) == []


def test_stories_of_close_friends_are_told_to_who_wants_them(client_for, alice, bob, charlie, shown):
    for person in (bob, charlie):
        factories.close_friend(person, alice)
    client_for(bob).patch("/v1/me/notification-settings", {"story": "everybody"})
    media = factories.media(alice)
    story = client_for(alice).post("/v1/stories", {"media": str(media.pk)}).json()["id"]
    (row,) = shown(bob)
    assert (row["kind"], row["story"]["id"]) == ("story", story)
    assert shown(charlie) == []
    client_for(alice).delete(f"/v1/stories/{story}")
    assert shown(bob) == []


def test_a_file_that_failed_is_told_to_its_owner(client_for, alice, shown):
    media = factories.media(alice, state=Media.State.FAILED, error_code="corrupt", error_detail="The file is damaged.")
    with transaction.atomic():
        record("media_failed", media_id=media.pk)
    (row,) = shown(alice)
    assert (row["kind"], row["actors"], row["actors_count"]) == ("media_failed", [], 0)
    assert row["media"]["error"] == {"code": "corrupt", "detail": "The file is damaged."}
    client_for(alice).delete(f"/v1/media/{media.pk}")
    assert shown(alice) == []


def test_nobody_is_told_what_they_did_themselves(client_for, alice, shown):
    post = factories.post(alice)
    client = client_for(alice)
    client.put(f"/v1/posts/{post.pk}/like")
    comment = client.post(f"/v1/posts/{post.pk}/comments", {"text": "@alice"}).json()["id"]
    client.post(f"/v1/posts/{post.pk}/comments", {"text": "more", "reply_to": comment})
    client.put(f"/v1/comments/{comment}/like")
    assert shown(alice) == []
