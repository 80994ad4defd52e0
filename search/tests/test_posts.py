"""Finding posts by their words, over HTTP: who is shown what, in which order, page after page."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from posts import actions as posts
from posts.models import Post
from search.models import SearchDocument
from search.tasks import index_posts
from social import actions as social
from tests.support import factories
from tests.support.outbox import drain

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def test_a_published_post_is_found_by_all_its_words(alice, bob, found):
    media = factories.media(alice, alt_text="two herons")
    post = posts.publish(author=alice, media_ids=[media.pk], caption="A quiet lake", tags=["dusk"], place="Galata")
    assert found(bob, "lake") == []
    drain()
    for words in ("lake", "quiet lake", "dusk", "galata", "herons", '"two herons"', "qui"):
        assert found(bob, words) == [post.pk], words
    assert found(bob, "lake sea") == []


def test_edits_are_found_and_what_was_there_before_is_not(alice, bob, said, found):
    post = said(alice, "A quiet lake")
    media = post.items.get().media
    posts.edit(post=post, changes={"caption": "A loud sea", "place": "Izmir", "alt_texts": {media.pk: "gulls"}})
    drain()
    assert found(bob, "lake") == []
    assert found(bob, "sea izmir gulls") == [post.pk]


def test_an_alternative_text_edited_at_the_media_is_found(alice, bob, said, found, client_for):
    post = said(alice, "A lake")
    client_for(alice).patch(f"/v1/media/{post.items.get().media_id}", {"alt_text": "a kingfisher"})
    drain()
    assert found(bob, "kingfisher") == [post.pk]


@pytest.mark.parametrize("fields", [{"archived_at": NOW}, {"deleted_at": NOW}, {"removed_at": NOW}])
def test_what_is_put_away_leaves_with_the_next_request(alice, bob, said, found, fields):
    post = said(alice, "lake")
    assert found(bob, "lake") == found(bob, "lake", sort="newest") == [post.pk]
    Post.objects.filter(pk=post.pk).update(**fields)
    assert found(bob, "lake") == found(bob, "lake", sort="newest") == found(alice, "lake") == []


def test_privacy_and_blocks_hold_from_the_next_request(alice, bob, charlie, mallory, said, found):
    post = said(alice, "lake")
    assert found(charlie, "lake") == [post.pk]
    for hidden in ("lake", "author:alice", "lake -author:bob", "#lake", "lake author:alice"):
        assert found(mallory, hidden) == []
    alice.is_private = True
    alice.save()
    assert (found(charlie, "lake"), found(bob, "lake"), found(alice, "lake")) == ([], [post.pk], [post.pk])
    social.block(blocker=bob, blocked=alice)
    assert found(bob, "lake") == []


def test_a_purged_post_leaves_the_index(alice, said):
    post = said(alice, "lake")
    Post.objects.filter(pk=post.pk).update(deleted_at=NOW - timedelta(days=31))
    posts.purge_trash()
    drain()
    assert not SearchDocument.objects.exists()


def test_indexing_twice_changes_nothing(alice, said):
    post = said(alice, "lake")
    before = SearchDocument.objects.values_list("post", "timeline_id", "vector").get()
    posts.edit(post=post, changes={"caption": "lake  "})
    drain()
    posts.edit(post=post, changes={"caption": "lake"})
    drain()
    assert SearchDocument.objects.values_list("post", "timeline_id", "vector").get() == before
    assert index_posts.name == "search.tasks.index_posts"


def test_a_post_that_waits_for_its_media_is_not_indexed(alice, said):
    said(alice, "lake", live=False)
    assert not SearchDocument.objects.exists()


def test_best_first_puts_tags_above_captions_above_places_above_alternative_texts(alice, bob, said, found):
    tagged = said(alice, "an evening", tags=["lake"])
    written = said(alice, "lake in the evening")
    placed = said(alice, "an evening", place="Lake")
    described = said(alice, "an evening", alt="a lake")
    begun = said(alice, "lakes, lakes, lakes #lakeside")
    assert found(bob, "lake") == [tagged.pk, written.pk, placed.pk, described.pk, begun.pk]
    assert found(bob, "lake", sort="newest") == [begun.pk, described.pk, placed.pk, written.pk, tagged.pk]


@pytest.mark.parametrize("sort", ["best", "newest"])
def test_pages_are_stable_while_posts_come_and_likes_fall(alice, bob, said, search, sort):
    made = [said(alice, "lake " * (1 + number % 3) + "shore", tags=["lake"] * (number % 2)) for number in range(12)]
    whole = [row["id"] for row in search(bob, "lake", sort=sort)["results"]]
    seen, cursor = [], {}
    while True:
        page = search(bob, "lake", sort=sort, limit=5, **cursor)
        seen += [row["id"] for row in page["results"]]
        if not page["next"]:
            break
        cursor = {"cursor": page["next"]}
        said(alice, "lake lake", tags=["lake"])
        Post.objects.filter(pk=made[3].pk).update(likes_count=1000)
    assert seen == whole
    assert len(whole) == 12


def test_a_post_that_goes_between_two_pages_is_missing_and_nothing_else(alice, bob, said, search):
    made = [said(alice, "lake") for _ in range(6)]
    first = search(bob, "lake", limit=2)
    Post.objects.filter(pk=made[2].pk).update(archived_at=NOW)
    second = search(bob, "lake", limit=4, cursor=first["next"])
    assert [int(row["id"]) for row in second["results"]] == [made[3].pk, made[1].pk, made[0].pk]


@pytest.mark.parametrize("sort", ["best", "newest"])
def test_hidden_matches_take_nobodys_place(alice, bob, charlie, said, search, monkeypatch, sort):
    """As many hidden and newer ones as a search ranks. (Five of them, so that the test is short.)"""
    monkeypatch.setattr("search.posts.matching.BEST_OF", 5)
    monkeypatch.setattr("search.posts.matching.WITH_HIDDEN", 5)
    monkeypatch.setattr("search.posts.matching.SLICE", 2)
    seen = said(alice, "lake")
    charlie.is_private = True
    charlie.save()
    for _ in range(7):
        said(charlie, "lake")
    page = search(bob, "lake", sort=sort)
    assert [int(row["id"]) for row in page["results"]] == [seen.pk]
    assert page["next"] is None


def test_a_cursor_belongs_to_its_query(alice, bob, said, search):
    for _ in range(2):
        said(alice, "lake shore")
    cursor = search(bob, "lake", limit=1)["next"]
    for q, others in (("shore", {}), ("lake", {"sort": "newest"})):
        assert search(bob, q, 400, cursor=cursor, **others)["code"] == "invalid_cursor"


@pytest.mark.parametrize("sort", ["best", "newest"])
def test_one_result_costs_as_many_queries_as_thirty(alice, bob, said, search, sort):
    said(alice, "lake", tags=["one"], place="Galata")
    for _ in range(30):
        said(factories.person(), "shore", tags=["one"], place="Galata")
    counts = []
    for q, rows in (("lake", 1), ("shore", 30)):
        with CaptureQueriesContext(connection) as captured:
            assert len(search(bob, q, sort=sort, limit=50)["results"]) == rows
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 16


@pytest.mark.parametrize("wrong", [{"type": "cats"}, {"sort": "worst"}, {"limit": "0"}])
def test_other_parameters_are_400(bob, search, wrong):
    assert search(bob, "lake", 400, **wrong)["errors"][0]["pointer"] == f"/{next(iter(wrong))}"
