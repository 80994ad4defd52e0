"""What is in a feed. Each change is right on the next request, with no task having run: the list is as it was before.

Mutants: a clause of `in_feed_of` removed; `_shown` without `in_feed_of`; `live()` removed from the viewer's own posts.
"""

import pytest
from django.utils import timezone

from accounts.models import User
from feed import timelines
from posts.models import Post
from social.models import Follow
from tests.support import factories


def test_own_and_followed_posts_newest_first(alice, bob, shown):
    first, own, last = factories.post(alice), factories.post(bob), factories.post(alice)
    assert shown(bob) == [last.pk, own.pk, first.pk]


def test_strangers_are_not_in_it(alice, bob, charlie, shown):
    factories.post(charlie)
    assert shown(bob) == []


def test_what_one_posted_is_there_before_any_task_ran(bob, shown, held):
    assert shown(bob) == []
    own = factories.post(bob)
    assert held(bob) == []
    assert shown(bob) == [own.pk]


def test_a_pending_follower_gets_nothing_even_if_it_is_in_the_list(alice, charlie, shown):
    User.objects.get_queryset().filter(pk=alice.pk).update(is_private=True)
    factories.follow(charlie, alice, pending=True)
    assert shown(charlie) == []
    post = factories.post(alice)
    timelines.push([charlie.pk], post.timeline_id)
    assert shown(charlie) == []


def test_a_pending_follower_of_an_open_account_gets_nothing_even_if_it_is_in_the_list(alice, charlie, shown):
    factories.follow(charlie, alice, pending=True)
    assert shown(charlie) == []
    timelines.push([charlie.pk], factories.post(alice).timeline_id)
    assert shown(charlie) == []


def test_unfollowed(alice, bob, shown, held):
    post = factories.post(alice)
    assert shown(bob) == [post.pk]
    Follow.objects.filter(follower=bob, followee=alice).delete()
    assert held(bob) == [post.timeline_id]
    assert shown(bob) == []


def test_muted_and_unmuted(alice, bob, shown):
    post = factories.post(alice)
    assert shown(bob) == [post.pk]
    mute = factories.mute(bob, alice)
    assert shown(bob) == []
    mute.delete()
    assert shown(bob) == [post.pk]


def test_blocked_by_the_author(alice, bob, shown):
    factories.post(alice)
    assert len(shown(bob)) == 1
    factories.block(alice, bob)
    assert shown(bob) == []


def test_blocked_by_the_viewer(alice, bob, shown):
    factories.post(alice)
    assert len(shown(bob)) == 1
    factories.block(bob, alice)
    assert shown(bob) == []


def test_gone_private_stays_with_accepted_followers(alice, bob, shown):
    post = factories.post(alice)
    assert shown(bob) == [post.pk]
    User.objects.get_queryset().filter(pk=alice.pk).update(is_private=True)
    assert shown(bob) == [post.pk]


def test_suspended_deactivated_deleted_and_back(alice, bob, shown):
    post = factories.post(alice)
    assert shown(bob) == [post.pk]
    for field in ("suspended_at", "deactivated_at", "deleted_at"):
        User.objects.get_queryset().filter(pk=alice.pk).update(**{field: timezone.now()})
        assert shown(bob) == [], field
        User.objects.get_queryset().filter(pk=alice.pk).update(**{field: None})
        assert shown(bob) == [post.pk], field


def test_archived_trashed_taken_down(alice, bob, shown):
    post = factories.post(alice)
    assert shown(bob) == [post.pk]
    for field in ("archived_at", "deleted_at", "removed_at"):
        Post.objects.filter(pk=post.pk).update(**{field: timezone.now()})
        assert shown(bob) == [], field
        Post.objects.filter(pk=post.pk).update(**{field: None})
        assert shown(bob) == [post.pk], field


def test_ones_own_archived_post_is_not_in_it(bob, shown):
    factories.post(bob, archived_at=timezone.now())
    assert shown(bob) == []
    factories.post(bob, archived_at=timezone.now())
    assert shown(bob) == []


def test_an_unpublished_post_is_not_in_it(alice, bob, shown):
    factories.post(alice, live=False)
    assert shown(bob) == shown(alice) == []


@pytest.mark.parametrize("away", ["suspended_at", "deactivated_at", "deleted_at"])
def test_built_while_the_author_was_away_it_holds_the_posts_for_later(alice, bob, shown, held, away):
    post = factories.post(alice)
    User.objects.get_queryset().filter(pk=alice.pk).update(**{away: timezone.now()})
    assert shown(bob) == []
    assert held(bob) == [post.timeline_id]
    User.objects.get_queryset().filter(pk=alice.pk).update(**{away: None})
    assert shown(bob) == [post.pk]


def test_nobody_gets_nothing(client_for):
    assert client_for(None).get("/v1/feed").status_code == 401


def test_a_feed_serves_its_owner_only(alice, bob, charlie, shown):
    factories.post(alice)
    assert len(shown(bob)) == 1
    assert shown(charlie) == []


def test_the_answer_says_where_it_comes_from(alice, bob, client_for):
    post = factories.post(alice, "Hello")
    first = client_for(bob).get("/v1/feed")
    second = client_for(bob).get("/v1/feed")
    assert (first["Feed-Source"], second["Feed-Source"]) == ("rebuilt", "cache")
    assert (first.json()["source"], second.json()["source"]) == ("rebuilt", "cache")
    assert first["Feed-Generated-At"] == second["Feed-Generated-At"] == second.json()["generated_at"]
    assert second["Feed-Generated-At"].endswith("Z")
    (shown,) = second.json()["results"]
    assert (shown["id"], shown["caption"], shown["author"]["username"]) == (str(post.pk), "Hello", "alice")
    assert shown["viewer"] == {"reaction": None, "saved": False, "is_author": False, "may_comment": True}
