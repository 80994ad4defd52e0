"""Sharing a post: what the author sends, what everybody sees."""

from decimal import Decimal

import pytest

from events.models import Event
from media.models import Media
from posts.models import Place, Post, PostChange, Tag
from tests.support import factories

pytestmark = pytest.mark.django_db


def test_a_post_is_shown_as_its_author_sent_it(client_for, alice, bob):
    photos = [factories.media(alice, alt_text=text) for text in ("one", "two", "three")]
    order = [photos[2], photos[0], photos[1]]
    body = {
        "media": [str(photo.pk) for photo in order],
        "caption": "Dusk over @bob #Sunset",
        "tags": ["sea"],
        "place": "Galata",
        "media_latitude": 41.0151371234,
        "media_longitude": "28.97953",
        "exact_location": True,
        "user_latitude": "41",
        "user_longitude": "29",
    }
    answer = client_for(alice).post("/v1/posts", body)
    assert answer.status_code == 201, answer.json()
    shown = client_for(bob).get(f"/v1/posts/{answer.json()['id']}").json()
    assert set(shown) == {
        "id", "author", "caption", "tags", "mentions", "media", "place", "media_latitude", "media_longitude",
        "exact_location", "likes_count", "dislikes_count", "comments_count", "comments_enabled", "sensitive",
        "audience", "viewer", "created_at", "updated_at", "edited",
    }  # fmt: skip
    assert isinstance(shown["id"], str)
    assert shown["author"] == {
        "id": str(alice.pk), "username": "alice", "name": "Alice", "avatar": None, "is_private": False,
    }  # fmt: skip
    assert [one["alt_text"] for one in shown["media"]] == ["three", "one", "two"]
    assert [one["id"] for one in shown["media"]] == body["media"]
    assert shown["caption"] == body["caption"]
    assert shown["tags"] == ["Sunset", "sea"]
    assert shown["mentions"] == ["bob"]
    assert shown["place"]["name"] == "Galata"
    assert (shown["media_latitude"], shown["media_longitude"]) == ("41.015137", "28.979530")
    assert shown["viewer"] == {"reaction": None, "saved": False, "is_author": False, "may_comment": True}
    assert (shown["likes_count"], shown["dislikes_count"], shown["comments_count"]) == (0, 0, 0)
    assert shown["comments_enabled"] is True
    assert shown["edited"] is False
    assert shown["created_at"].endswith("Z")


def test_only_the_author_is_shown_where_they_stood_and_the_state(client_for, alice, bob):
    sent = {"media": [str(factories.media(alice).pk)], "user_latitude": "41", "user_longitude": "-29.5"}
    mine = client_for(alice).post("/v1/posts", sent).json()
    assert (mine["user_latitude"], mine["user_longitude"]) == ("41.000000", "-29.500000")
    assert mine["state"] == "published"
    assert mine["viewer"]["is_author"] is True
    theirs = client_for(bob).get(f"/v1/posts/{mine['id']}").json()
    assert not {"user_latitude", "user_longitude", "state"} & set(theirs)


def test_publishing_counts_holds_the_media_and_records_one_fact(client_for, alice):
    photo = factories.media(alice)
    answer = client_for(alice).post("/v1/posts", {"media": [str(photo.pk)]})
    post = Post.objects.get(pk=answer.json()["id"])
    alice.refresh_from_db()
    photo.refresh_from_db()
    assert post.timeline_id is not None
    assert alice.posts_count == 1
    assert photo.references == 1
    recorded = Event.objects.filter(name="post_published")
    assert [event.payload for event in recorded] == [{"post_id": post.pk, "author_id": alice.pk}]
    assert not PostChange.objects.exists(), "nothing was written into a post that was there already"


def test_a_caption_that_names_people_is_told_apart(client_for, alice):
    """Most captions name nobody, and cost no task of notifications."""
    for caption in ("by the sea", "with @bob", "bob@example.com"):
        client_for(alice).post("/v1/posts", {"media": [str(factories.media(alice).pk)], "caption": caption})
    told = Event.objects.filter(name="people_mentioned").values_list("payload__post_id", flat=True)
    assert list(told) == [Post.objects.get(caption="with @bob").pk]


def test_tags_are_compared_by_their_normalized_names(client_for, alice):
    for caption in ("#Straße by the #ｓｅａ", "#STRASSE #SEA #sea", "#हिन्दी #été"):
        sent = {"media": [str(factories.media(alice).pk)], "caption": caption, "tags": ["#sea"]}
        shown = client_for(alice).post("/v1/posts", sent).json()
    assert set(Tag.objects.values_list("normalized_name", flat=True)) == {"strasse", "sea", "हिन्दी", "été"}
    assert shown["tags"] == ["हिन्दी", "été", "sea"]


@pytest.mark.parametrize(
    ("caption", "tags"),
    [
        ("#one#two, #three!", ["one", "two", "three"]),
        ("a#b, &#39; https://x.example/#top ## # #1 #_", []),
        ("#" + "a" * 101, []),
        ("#" + "a" * 100, ["a" * 100]),
        ("＃日本 #naïve_2", ["日本", "naïve_2"]),
    ],
)
def test_what_is_a_tag_in_a_caption(client_for, alice, caption, tags):
    sent = {"media": [str(factories.media(alice).pk)], "caption": caption}
    assert client_for(alice).post("/v1/posts", sent).json()["tags"] == tags


def test_thirty_tags_are_taken(client_for, alice):
    caption = " ".join(f"#tag{number}" for number in range(29))
    sent = {"media": [str(factories.media(alice).pk)], "caption": caption, "tags": ["TAG3", "last"]}
    assert len(client_for(alice).post("/v1/posts", sent).json()["tags"]) == 30


def test_mentions_name_people_who_exist_for_author_and_viewer(client_for, alice, bob, charlie, mallory):
    factories.block(factories.person("walter"), alice)  # has blocked the author
    factories.person("gone", suspended_at="2026-11-01T00:00:00Z")
    caption = "@BOB @charlie. @walter @gone @nobody mail@bob.example @bob @mallory @al"
    sent = {"media": [str(factories.media(alice).pk)], "caption": caption}
    shown = client_for(alice).post("/v1/posts", sent).json()
    assert shown["mentions"] == ["bob", "charlie", "mallory"]
    factories.block(charlie, bob)
    assert client_for(bob).get(f"/v1/posts/{shown['id']}").json()["mentions"] == ["bob", "mallory"]


def test_twenty_mentions_are_kept(client_for, alice):
    names = [factories.person().username for _ in range(22)]
    sent = {"media": [str(factories.media(alice).pk)], "caption": " ".join(f"@{name}" for name in names)}
    assert client_for(alice).post("/v1/posts", sent).json()["mentions"] == names[:20]


def test_a_place_is_the_same_place_however_it_is_written(client_for, alice):
    for name in ("Galata  Köprüsü", "GALATA KÖPRÜSÜ", "galata köprüsü"):
        sent = {"media": [str(factories.media(alice).pk)], "place": name}
        assert client_for(alice).post("/v1/posts", sent).json()["place"]["name"] == name
    assert Place.objects.count() == 1


def test_one_media_may_stand_in_two_posts(client_for, alice):
    photo = factories.media(alice)
    for _ in range(2):
        assert client_for(alice).post("/v1/posts", {"media": [str(photo.pk)]}).status_code == 201
    photo.refresh_from_db()
    assert photo.references == 2


def test_a_refused_post_leaves_nothing(client_for, alice, charlie):
    mine, theirs = factories.media(alice), factories.media(charlie)
    sent = {"media": [str(mine.pk), str(theirs.pk)], "caption": "#new", "place": "Nowhere"}
    assert client_for(alice).post("/v1/posts", sent).status_code == 400
    mine.refresh_from_db()
    alice.refresh_from_db()
    assert (mine.references, alice.posts_count) == (0, 0)
    assert [model.objects.count() for model in (Post, Tag, Place, Event)] == [0, 0, 0, 0]


def test_positions_are_kept_to_six_places(client_for, alice):
    sent = {"media": [str(factories.media(alice).pk)], "media_latitude": "-90", "media_longitude": 180}
    client_for(alice).post("/v1/posts", sent)
    post = Post.objects.get()
    assert (post.media_latitude, post.media_longitude) == (Decimal("-90.000000"), Decimal("180.000000"))


def test_nobody_posts_without_logging_in(client_for, alice):
    assert client_for(None).post("/v1/posts", {"media": [str(factories.media(alice).pk)]}).status_code == 401
    assert not Post.objects.exists()


def test_a_video_stands_beside_photos(client_for, alice):
    both = [factories.media(alice, kind=Media.Kind.VIDEO, duration=12.5), factories.media(alice)]
    shown = client_for(alice).post("/v1/posts", {"media": [str(one.pk) for one in both]}).json()
    assert [one["kind"] for one in shown["media"]] == ["video", "photo"]
