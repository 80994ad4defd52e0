"""Highlights: collected, reordered, covered, shown to whoever may see their owner's posts."""

from datetime import timedelta

import pytest
from django.utils import timezone

from media.models import Media
from social.models import Follow
from stories.models import Highlight, HighlightItem, Story
from tests.support import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def stories(alice):
    """Two that have expired and a current one."""
    return [factories.story(alice, age=timedelta(hours=hours)) for hours in (60, 30, 1)]


@pytest.fixture
def address(client_for, alice, stories):
    answer = client_for(alice).post(
        "/v1/highlights", {"title": "Istanbul", "stories": [str(story.pk) for story in stories]}
    )
    assert answer.status_code == 201, answer.content
    return f"/v1/highlights/{answer.json()['id']}"


def items(client, address):
    answer = client.get(f"{address}/stories")
    assert answer.status_code == 200, answer.content
    return [int(row["id"]) for row in answer.json()["results"]]


def cover(client, address):
    shown = client.get(address).json()["cover"]
    return int(shown["id"]) if shown else None


def test_made_of_current_and_expired_stories(client_for, alice, bob, stories, address):
    shown = client_for(bob).get(address).json()
    assert set(shown) == {"id", "title", "cover", "items_count", "author", "created_at", "updated_at"}
    assert (shown["title"], shown["items_count"], shown["author"]["username"]) == ("Istanbul", 3, "alice")
    assert items(client_for(bob), address) == [story.pk for story in stories]
    row = {key: shown[key] for key in ("id", "title", "cover", "items_count")}
    assert client_for(bob).get("/v1/users/alice/highlights").json()["results"] == [row]
    assert client_for(alice).get("/v1/highlights").json()["results"] == [row]
    assert client_for(bob).get("/v1/highlights").json()["results"] == []
    assert client_for(bob).get(f"/v1/stories/{stories[0].pk}").status_code == 404, "through the highlight only"


def test_one_call_adds_removes_and_reorders(client_for, alice, bob, stories, address):
    new = factories.story(alice, age=timedelta(hours=100))
    order = [stories[2].pk, new.pk, stories[0].pk]
    answer = client_for(alice).patch(address, {"stories": [str(pk) for pk in order]})
    assert (answer.status_code, answer.json()["items_count"]) == (200, 3)
    assert items(client_for(bob), address) == order
    assert client_for(alice).patch(address, {"title": "Galata"}).json()["title"] == "Galata"
    assert items(client_for(bob), address) == order


def test_pages_follow_the_owners_order(client_for, bob, stories, address):
    first = client_for(bob).get(f"{address}/stories", {"limit": 2}).json()
    rest = client_for(bob).get(f"{address}/stories", {"limit": 2, "cursor": first["next"]}).json()
    assert [row["id"] for row in first["results"] + rest["results"]] == [str(story.pk) for story in stories]


def test_covers(client_for, alice, bob, stories, address):
    """The first story; a chosen one; a photo of its own; none again."""
    assert cover(client_for(bob), address) == stories[0].media_id
    client_for(alice).patch(address, {"cover": str(stories[1].pk)})
    assert cover(client_for(bob), address) == stories[1].media_id
    photo = factories.media(alice)
    for _ in range(2):
        assert client_for(alice).patch(address, {"cover": str(photo.pk)}).status_code == 200
        photo.refresh_from_db()
        assert (cover(client_for(bob), address), photo.references) == (photo.pk, 1)
    client_for(alice).patch(address, {"cover": None})
    photo.refresh_from_db()
    assert (cover(client_for(bob), address), photo.references) == (stories[0].media_id, 0)


def test_a_cover_given_with_the_stories(client_for, alice, stories):
    ids = [str(story.pk) for story in stories]
    photo = factories.media(alice)
    for chosen, media_id in ((ids[2], stories[2].media_id), (str(photo.pk), photo.pk)):
        shown = client_for(alice).post("/v1/highlights", {"title": "x", "stories": ids, "cover": chosen}).json()
        assert shown["cover"]["id"] == str(media_id)


def test_a_cover_that_leaves_the_list_is_none_any_more(client_for, alice, stories, address):
    client_for(alice).patch(address, {"cover": str(stories[1].pk)})
    client_for(alice).patch(address, {"stories": [str(stories[2].pk)]})
    assert cover(client_for(alice), address) == stories[2].media_id
    assert Highlight.objects.get().cover_story is None


def test_what_is_no_cover_is_refused(client_for, alice, bob, stories, address):
    other = factories.story(alice)
    wrong = [factories.media(bob), factories.media(alice, kind="video"), factories.media(alice, state="failed"), other]
    for row in wrong:
        answer = client_for(alice).patch(address, {"cover": str(row.pk)})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/cover")
    assert cover(client_for(alice), address) == stories[0].media_id


def test_a_deleted_story_leaves_its_highlights(client_for, alice, bob, stories, address):
    client_for(alice).patch(address, {"cover": str(stories[1].pk)})
    assert client_for(alice).delete(f"/v1/stories/{stories[1].pk}").status_code == 204
    assert items(client_for(bob), address) == [stories[0].pk, stories[2].pk]
    assert client_for(bob).get(address).json()["items_count"] == 2
    assert cover(client_for(bob), address) == stories[0].media_id
    assert not HighlightItem.objects.filter(story=stories[1]).exists()


def test_a_story_taken_down_is_not_shown_in_it(client_for, alice, bob, stories, address):
    client_for(alice).patch(address, {"cover": str(stories[0].pk)})
    Story.objects.filter(pk=stories[0].pk).update(removed_at=timezone.now())
    for person in (alice, bob):
        assert items(client_for(person), address) == [stories[1].pk, stories[2].pk]
        assert client_for(person).get(address).json()["items_count"] == 2
        assert cover(client_for(person), address) == stories[1].media_id


def test_an_empty_one_is_there_for_its_owner_alone(client_for, alice, bob, stories, address):
    for story in stories:
        client_for(alice).delete(f"/v1/stories/{story.pk}")
    assert client_for(bob).get(address).status_code == 404
    assert client_for(bob).get(f"{address}/stories").status_code == 404
    assert client_for(bob).get("/v1/users/alice/highlights").json()["results"] == []
    mine = client_for(alice).get(address).json()
    assert (mine["items_count"], mine["cover"]) == (0, None)
    assert len(client_for(alice).get("/v1/highlights").json()["results"]) == 1
    new = factories.story(alice)
    client_for(alice).patch(address, {"stories": [str(new.pk)]})
    assert items(client_for(bob), address) == [new.pk]


def test_deleting_it_leaves_its_stories(client_for, alice, bob, stories, address):
    photo = factories.media(alice)
    client_for(alice).patch(address, {"cover": str(photo.pk)})
    assert client_for(bob).delete(address).status_code == 403
    assert client_for(alice).delete(address).status_code == 204
    assert client_for(alice).get(address).status_code == 404
    assert client_for(alice).get(f"/v1/stories/{stories[0].pk}").status_code == 200
    photo.refresh_from_db()
    assert photo.references == 0
    assert not Highlight.objects.exists()


def test_of_a_private_account_for_followers_alone(client_for, alice, bob, charlie, address):
    alice.is_private = True
    alice.save()
    for path in (address, f"{address}/stories", "/v1/users/alice/highlights"):
        assert client_for(bob).get(path).status_code == 200
        assert client_for(charlie).get(path).status_code == 404
    Follow.objects.filter(follower=bob).delete()
    assert client_for(bob).get(f"{address}/stories").status_code == 404


def test_one_and_thirty_cost_the_same(client_for, alice, bob, address, django_assert_num_queries):
    def lists(client):
        return [client.get(path).json()["results"] for path in
                ("/v1/users/alice/highlights?limit=100", f"{address}/stories?limit=100")]  # fmt: skip

    highlight = Highlight.objects.get()
    lists(client_for(bob))
    with django_assert_num_queries(8):
        lists(client_for(bob))
    for position in range(3, 30):
        factories.highlight(alice, [factories.story(alice) for _ in range(2)])
        HighlightItem.objects.create(highlight=highlight, story=factories.story(alice), position=position)
    with django_assert_num_queries(8):
        assert [len(rows) for rows in lists(client_for(bob))] == [28, 30]


def test_media_of_a_cover_cannot_be_deleted(client_for, alice, address):
    photo = factories.media(alice)
    client_for(alice).patch(address, {"cover": str(photo.pk)})
    assert client_for(alice).delete(f"/v1/media/{photo.pk}").json()["code"] == "media_in_use"
    assert Media.objects.get(pk=photo.pk).deleted_at is None
