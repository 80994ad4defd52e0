"""Editing a post: words, tags, place, order, alt texts. What is absent stays."""

import pytest

from media.models import Media
from posts.models import Post
from tests.support import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def photos(alice):
    return [factories.media(alice, alt_text=f"photo {number}") for number in range(3)]


@pytest.fixture
def post(client_for, alice, photos):
    body = {
        "media": [str(photo.pk) for photo in photos],
        "caption": "Dusk #sea",
        "tags": ["travel"],
        "place": "Galata",
        "media_latitude": "41",
        "media_longitude": "29",
    }
    return client_for(alice).post("/v1/posts", body).json()


@pytest.fixture
def patch(client_for, alice, post):
    return lambda **body: client_for(alice).patch(f"/v1/posts/{post['id']}", body)


def test_an_edited_caption_brings_its_tags_and_mentions(client_for, patch, post, bob):
    answer = patch(caption="Dawn over @bob #sky")
    assert answer.status_code == 200
    shown = client_for(bob).get(f"/v1/posts/{post['id']}").json()
    assert (shown["caption"], shown["mentions"]) == ("Dawn over @bob #sky", ["bob"])
    assert shown["tags"] == ["sky", "travel"]
    assert shown["edited"] is True
    assert shown["updated_at"] > post["updated_at"]
    assert shown["created_at"] == post["created_at"]
    assert (shown["place"], shown["media"]) == (post["place"], shown["media"])


def test_a_caption_that_names_nobody_any_more_mentions_nobody(patch, bob):
    assert patch(caption="with @bob").json()["mentions"] == ["bob"]
    assert patch(caption="alone").json()["mentions"] == []


def test_explicit_tags_are_replaced_and_the_captions_stay(patch):
    assert patch(tags=["night"]).json()["tags"] == ["sea", "night"]
    assert patch(tags=[]).json()["tags"] == ["sea"]


def test_the_place_changes_and_goes(patch):
    assert patch(place="Pera").json()["place"]["name"] == "Pera"
    assert patch(place=None).json()["place"] is None


def test_the_position_changes_and_goes(patch):
    moved = patch(media_latitude="1.5", media_longitude="2.5").json()
    assert (moved["media_latitude"], moved["media_longitude"]) == ("1.500000", "2.500000")
    gone = patch(media_latitude=None, media_longitude=None).json()
    assert (gone["media_latitude"], gone["media_longitude"]) == (None, None)


def test_the_order_changes(patch, photos):
    order = [str(photos[number].pk) for number in (2, 0, 1)]
    shown = patch(media=order).json()
    assert [media["id"] for media in shown["media"]] == order
    assert shown["edited"] is True


def test_alt_texts_change(patch, photos):
    shown = patch(alt_texts={str(photos[1].pk): "A bridge"}).json()
    assert [media["alt_text"] for media in shown["media"]] == ["photo 0", "A bridge", "photo 2"]
    assert shown["edited"] is True


def test_turning_comments_off_is_no_edit(patch, post):
    shown = patch(comments_enabled=False).json()
    assert (shown["comments_enabled"], shown["edited"]) == (False, False)
    assert shown["updated_at"] > post["updated_at"]


def test_calling_it_sensitive_is_no_edit(patch, post):
    shown = patch(sensitive=True).json()
    assert (shown["sensitive"], shown["edited"]) == (True, False)
    assert shown["updated_at"] > post["updated_at"]
    assert patch(sensitive=False).json()["sensitive"] is False


def test_what_changes_nothing_is_no_edit(patch, post, photos):
    same = {
        "caption": post["caption"],
        "tags": ["travel"],
        "place": "Galata",
        "media": [str(photo.pk) for photo in photos],
        "alt_texts": {str(photos[0].pk): "photo 0"},
        "media_latitude": "41.0",
        "media_longitude": 29,
    }
    for body in ({}, same):
        shown = patch(**body).json()
        assert shown["edited"] is False
        assert {**shown, "media": []} == {**post, "media": []}


def test_moving_it_within_what_others_are_shown_is_nothing_to_them(client_for, alice, bob, patch, post):
    def seen():
        shown = client_for(bob).get(f"/v1/posts/{post['id']}").json()
        return shown["media_latitude"], shown["edited"], shown["updated_at"]

    before = seen()
    assert patch(media_latitude="41.000100", media_longitude="29").json()["media_latitude"] == "41.000100"
    assert seen() == before == ("41.000000", False, post["updated_at"])
    patch(media_latitude="41.5", media_longitude="29")
    assert seen()[:2] == ("41.500000", True)
    assert seen()[2] > post["updated_at"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"caption": "x" * 2201}, "/caption"),
        ({"caption": None}, "/caption"),
        ({"tags": ["two words"]}, "/tags/0"),
        ({"caption": " ".join(f"#t{n}" for n in range(30))}, "/tags"),
        ({"place": "x" * 101}, "/place"),
        ({"media": []}, "/media"),
        ({"media_latitude": "1"}, "/media_longitude"),
        ({"media_latitude": None, "media_longitude": "1"}, "/media_latitude"),
        ({"alt_texts": {"1": "not of this post"}}, "/alt_texts"),
        ({"alt_texts": {"abc": "no id"}}, "/alt_texts"),
        ({"alt_texts": "text"}, "/alt_texts"),
        ({"comments_enabled": "perhaps"}, "/comments_enabled"),
    ],
)
def test_a_bad_change_is_named_and_nothing_changes(client_for, alice, patch, post, body, pointer):
    answer = patch(**body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == pointer
    after = client_for(alice).get(f"/v1/posts/{post['id']}").json()
    assert (after["caption"], after["tags"], after["edited"]) == (post["caption"], post["tags"], False)


def test_a_too_long_alt_text_is_named(patch, photos):
    answer = patch(alt_texts={str(photos[0].pk): "x" * 1501})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == f"/alt_texts/{photos[0].pk}"
    assert Media.objects.get(pk=photos[0].pk).alt_text == "photo 0"


def test_media_can_be_neither_added_nor_left_out(patch, alice, charlie, photos):
    ids = [str(photo.pk) for photo in photos]
    for wrong in (ids[:2], [*ids, str(factories.media(alice).pk)], [*ids[:2], str(factories.media(charlie).pk)]):
        answer = patch(media=wrong)
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["pointer"] == "/media"
    assert patch(media=[ids[0], ids[0], ids[1]]).status_code == 400


def test_only_its_author_edits_it(client_for, post, bob, mallory):
    answer = client_for(bob).patch(f"/v1/posts/{post['id']}", {"caption": "mine"})
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")
    assert client_for(mallory).patch(f"/v1/posts/{post['id']}", {"caption": "mine"}).status_code == 404
    assert client_for(None).patch(f"/v1/posts/{post['id']}", {"caption": "mine"}).status_code == 401
    assert Post.objects.get().caption == post["caption"]


def test_author_and_counters_are_not_to_be_edited(patch, charlie):
    shown = patch(author=str(charlie.pk), likes_count=7, id="1", created_at="2020-01-01T00:00:00Z").json()
    assert (shown["author"]["username"], shown["likes_count"], shown["edited"]) == ("alice", 0, False)


def test_an_archived_post_can_be_edited(client_for, alice, post, patch):
    client_for(alice).post(f"/v1/posts/{post['id']}/archive")
    assert patch(caption="quietly").json()["caption"] == "quietly"
