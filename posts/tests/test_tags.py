"""A tag's page: who sees it, what it counts, in which order its posts stand."""

from urllib.parse import quote

import pytest
from django.utils import timezone

from accounts.actions import update_profile
from accounts.models import User
from media.models import Media
from posts import actions
from posts.models import Post, PostTag, Tag, candidates, labels
from posts.views import tags as views_of_tags
from tests.support import factories

pytestmark = pytest.mark.django_db


def tagged(author, caption="#sea", **fields):
    return actions.publish(author=author, media_ids=[factories.media(author).pk], caption=caption, **fields)


def pages(client, address, limit=2):
    """All ids of a list, page by page."""
    found, cursor = [], ""
    while cursor is not None:
        answer = client.get(f"{address}{'&' if '?' in address else '?'}limit={limit}&cursor={cursor}")
        assert answer.status_code == 200, answer.json()
        found += [row["id"] for row in answer.json()["results"]]
        cursor = answer.json()["next"]
    return found


def ids(*posts):
    return [str(post.pk) for post in posts]


def test_a_tag_has_one_page_in_any_case(client_for, alice, charlie):
    tagged(alice, "#SunSet")
    tagged(alice, "#sunset")
    for name in ("sunset", "SUNSET", "%23sunset"):
        assert client_for(charlie).get(f"/v1/tags/{name}").json() == {
            "name": "SunSet",
            "posts_count": 2,
            "following": False,
        }


@pytest.mark.parametrize("name", ["Straße", "été", "日本語", "إسطنبول", "İstanbul", "ｓｅａ", "हिन्दी"])
def test_any_script_is_an_address(client_for, alice, charlie, name):
    post = tagged(alice, f"#{name}")
    assert client_for(charlie).get(f"/v1/tags/{quote(name)}").json()["posts_count"] == 1
    assert pages(client_for(charlie), f"/v1/tags/{quote(name)}/posts") == ids(post)


@pytest.mark.parametrize("name", ["nosuchtag", "no%20tag", "123", "a" * 101, "%23", "%F0%9F%8C%8A", "a%00b", "%FF"])
def test_what_no_post_has_is_no_tag(client_for, alice, name):
    tagged(alice, "#sea")
    assert client_for(alice).get(f"/v1/tags/{name}").status_code in {400, 404}
    assert client_for(alice).put(f"/v1/tags/{name}/follow").status_code in {400, 404}


def test_posts_stand_in_the_order_of_their_publication(client_for, alice, charlie, settle):
    slow = factories.media(alice, state=Media.State.PROCESSING)
    late = actions.publish(author=alice, media_ids=[slow.pk], caption="#sea")
    early = [tagged(alice) for _ in range(3)]
    assert pages(client_for(charlie), "/v1/tags/sea/posts") == ids(*early[::-1])
    settle(slow)
    assert pages(client_for(charlie), "/v1/tags/sea/posts") == ids(late, *early[::-1])


def test_a_page_is_stable_while_posts_are_added(client_for, alice, charlie):
    first = [tagged(alice) for _ in range(3)]
    page = client_for(charlie).get("/v1/tags/sea/posts?limit=2").json()
    tagged(alice)
    rest = client_for(charlie).get("/v1/tags/sea/posts", {"limit": 2, "cursor": page["next"]}).json()
    assert [row["id"] for row in page["results"] + rest["results"]] == ids(*first[::-1])


def test_the_best_stay_in_their_order_while_likes_are_given(client_for, alice, bob, charlie):
    posts = [tagged(alice) for _ in range(5)]
    for post, fans in zip(posts, [1, 3, 0, 2, 0], strict=True):
        Post.objects.filter(pk=post.pk).update(likes_count=fans)
    best = ids(*(posts[place] for place in (1, 3, 0, 4, 2)))
    assert pages(client_for(charlie), "/v1/tags/sea/posts?sort=top") == best
    page = client_for(charlie).get("/v1/tags/sea/posts?sort=top&limit=2").json()
    Post.objects.filter(pk=posts[2].pk).update(likes_count=99)
    Post.objects.filter(pk=posts[1].pk).update(likes_count=0)
    actions.archive(post=posts[4])
    rest = client_for(charlie).get("/v1/tags/sea/posts", {"sort": "top", "cursor": page["next"]}).json()["results"]
    assert [row["id"] for row in page["results"] + rest] == [*best[:3], best[4]]


def test_cursors_belong_to_their_order(client_for, alice):
    for _ in range(2):
        tagged(alice, "#sea #sky")
    client = client_for(alice)
    for sort, other in (("top", "recent"), ("recent", "top")):
        cursor = client.get(f"/v1/tags/sea/posts?sort={sort}&limit=1").json()["next"]
        for elsewhere in (f"/v1/tags/sea/posts?sort={other}", f"/v1/tags/sky/posts?sort={sort}"):
            assert client.get(f"{elsewhere}&cursor={cursor}").json()["code"] == "invalid_cursor"
    assert client.get("/v1/tags/sea/posts?sort=best").status_code == 400


def test_who_may_not_see_its_posts_sees_no_tag(client_for, alice, bob, charlie, mallory):
    post = tagged(alice)
    assert client_for(mallory).get("/v1/tags/sea").status_code == 404
    assert client_for(mallory).get("/v1/tags/sea/posts").status_code == 404
    tagged(charlie)
    assert pages(client_for(mallory), "/v1/tags/sea/posts") == ids(Post.objects.get(author=charlie))
    factories.mute(bob, alice)
    assert str(post.pk) in pages(
        client_for(bob), "/v1/tags/sea/posts"
    )  # muting is about feeds; this page was asked for


def test_followers_of_a_private_account_see_its_tag_and_nobody_else_does(client_for, alice, bob, charlie):
    update_profile(user=alice, is_private=True)
    post = tagged(alice)
    assert client_for(bob).get("/v1/tags/sea").json()["posts_count"] == 0  # of what the public sees
    assert pages(client_for(bob), "/v1/tags/sea/posts") == ids(post)
    assert client_for(charlie).get("/v1/tags/sea").content == client_for(charlie).get("/v1/tags/nosuchtag").content


CHANGES = {
    "published": lambda post: tagged(post.author),
    "edited away": lambda post: actions.edit(post=post, changes={"caption": "no more"}),
    "another edited to": lambda post: actions.edit(post=post, changes={"caption": "#sea #sky"}),
    "archived": lambda post: actions.archive(post=post),
    "unarchived": lambda post: (actions.archive(post=post), actions.unarchive(post=post)),
    "deleted": lambda post: actions.delete(post=post),
    "restored": lambda post: (actions.delete(post=post), actions.restore(post=post)),
    "taken down": lambda post: Post.objects.filter(pk=post.pk).update(removed_at=timezone.now()),
    "private": lambda post: update_profile(user=post.author, is_private=True),
    "public again": lambda post: [update_profile(user=post.author, is_private=one) for one in (True, False)],
    "suspended": lambda post: User.objects.filter(pk=post.author_id).update(suspended_at=timezone.now()),
    "deactivated": lambda post: User.objects.filter(pk=post.author_id).update(deactivated_at=timezone.now()),
}
LEFT = {"published": 4, "edited away": 2, "archived": 2, "deleted": 2, "taken down": 2}
LEFT |= {"private": 1, "suspended": 1, "deactivated": 1}


@pytest.mark.parametrize("change", CHANGES)
def test_the_count_is_what_the_page_shows(client_for, alice, bob, charlie, change):
    place = {"place": "Galata"}
    post, _, _ = tagged(alice, **place), tagged(alice, **place), tagged(bob, **place)
    actions.count_label_uses()
    CHANGES[change](post)
    client, address = client_for(charlie), f"/v1/places/{post.place_id}"
    shown = len(pages(client, "/v1/tags/sea/posts"))
    assert client.get("/v1/tags/sea").json()["posts_count"] == shown == LEFT.get(change, 3)
    assert client.get(address).json()["posts_count"] == len(pages(client, f"{address}/posts"))


@pytest.fixture
def _compiled_anew():
    """The look-up of a tag is compiled with the constant that a test changes."""
    views_of_tags._tag_shown.cache_clear()
    yield
    views_of_tags._tag_shown.cache_clear()


@pytest.mark.usefixtures("_compiled_anew")
def test_a_large_tag_shows_what_was_last_counted(client_for, alice, bob, charlie, monkeypatch):
    monkeypatch.setattr(labels, "MAX_COUNTED_ON_READ", 3)  # a thousand posts would take long
    for author in (alice, alice, bob, bob):
        tagged(author)
    assert actions.count_label_uses() == 1
    assert actions.count_label_uses() == 0  # it holds a while
    tagged(bob)
    assert client_for(charlie).get("/v1/tags/sea").json()["posts_count"] == 4
    Tag.objects.update(counted_at=None)
    actions.count_label_uses()
    tag = Tag.objects.get()
    assert (tag.posts_count, tag.uses_count) == (5, 5)
    assert client_for(charlie).get("/v1/tags/sea").json()["posts_count"] == 5
    update_profile(user=bob, is_private=True)
    Tag.objects.update(counted_at=None)
    actions.count_label_uses()
    tag.refresh_from_db()
    assert (tag.posts_count, tag.uses_count) == (2, 5)


def test_pages_go_on_past_candidates_that_are_hidden(client_for, alice, bob, charlie, monkeypatch):
    monkeypatch.setattr(candidates, "MIN_OF_EACH", 2)
    first = tagged(bob)
    for _ in range(5):
        tagged(alice)
    last = tagged(bob)
    update_profile(user=alice, is_private=True)
    monkeypatch.setattr(candidates, "MAX_CANDIDATES", 2)  # five hundred would take long
    assert pages(client_for(charlie), "/v1/tags/sea/posts") == ids(last, first)


def test_a_use_has_its_posts_number(alice, settle):
    slow = factories.media(alice, state=Media.State.PROCESSING)
    post = actions.publish(author=alice, media_ids=[slow.pk], caption="#sea")
    assert PostTag.objects.get().timeline_id is None
    settle(slow)
    post.refresh_from_db()
    assert PostTag.objects.get().timeline_id == post.timeline_id
    actions.edit(post=post, changes={"caption": "#sky"})
    assert PostTag.objects.get().timeline_id == post.timeline_id
